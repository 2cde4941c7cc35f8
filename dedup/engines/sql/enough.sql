-- keys(rank BIGINT, key BIGINT), pairs(earlier BIGINT, later BIGINT), documents(rank BIGINT, wanted BIGINT).
-- Result: earlier, later: the pairs that share as many of all their keys as the later one wants. If the rarest keys alone decided,
-- the pairs that are compared would depend on what else is in the input; runs over parts must compare the same pairs as one run
-- over all of them.
SELECT pairs.earlier, pairs.later
FROM pairs
JOIN documents ON documents.rank = pairs.later
JOIN keys AS ours ON ours.rank = pairs.earlier
JOIN keys AS theirs ON theirs.rank = pairs.later AND theirs.key = ours.key
GROUP BY pairs.earlier, pairs.later
HAVING count(*) >= max(documents.wanted)
