-- The channels of a language, page after page, without reading those of all others; likewise of a country. Which of the two is
-- rarer, the planner knows: with both filters it takes that one's index.
create index concurrently if not exists channels_by_language on channels (language, id) where language is not null;
