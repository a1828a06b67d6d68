-- A channel that has its videos is no longer being read: what is left of its list would be fetched again.
select l.channel, l.listed_at
from upload_listings l
join channels c on c.id = l.channel
where c.videos_fetched;
