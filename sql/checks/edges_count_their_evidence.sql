-- Each piece of evidence is counted once, however often it was seen.
select id, evidence_count from channel_discoveries
where evidence_count <> cardinality(evidence_hashes)
   or evidence_count <> (select count(distinct hash) from unnest(evidence_hashes) hash)
   or cardinality(evidence) > evidence_count;
