-- matches(earlier BIGINT, later BIGINT): the ranks, in the order of keeping, of documents of which the later one goes where the
-- earlier one stays; of the documents of which nothing is decided yet.
-- Result: rank: those that go whatever becomes of the others: they match one that nothing undecided comes before. Of the
-- rest the same can be asked again, until there is none: each time at least the first document that matches is decided.
SELECT DISTINCT matches.later AS rank
FROM matches LEFT JOIN (SELECT DISTINCT later FROM matches) AS others ON matches.earlier = others.later
WHERE others.later IS NULL
