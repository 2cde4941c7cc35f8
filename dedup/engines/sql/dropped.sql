-- matches(earlier BIGINT, later BIGINT): pairs of documents, by their ranks in the order of keeping, of which nothing is decided
-- yet: the later one is dropped if the earlier one is kept.
-- Result: rank: the documents that are dropped in any case: they match one that matches none before it. The same can be asked
-- again of the rest until nothing is left: each time at least the first document that matches is decided.
SELECT DISTINCT matches.later AS rank
FROM matches LEFT JOIN (SELECT DISTINCT later FROM matches) AS others ON matches.earlier = others.later
WHERE others.later IS NULL
