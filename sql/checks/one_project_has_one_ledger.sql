-- Two projects of one number are one project at Google: with a ledger each, its quota would be spent twice.
select project_number, array_agg(id order by id) as projects
from api_projects p
where project_number is not null and exists (select from api_keys k where k.project_id = p.id)
group by project_number
having count(*) > 1;
