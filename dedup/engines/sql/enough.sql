-- keys(place BIGINT, key BIGINT), pairs(earlier BIGINT, later BIGINT), documents(place BIGINT, wanted BIGINT).
-- Result: earlier, later: the pairs that share as many of all their keys as the later one wants. By the rarest alone, what else
-- there is would decide who is compared, and runs over parts must compare whom one over the whole compares.
SELECT pairs.earlier, pairs.later
FROM pairs
JOIN documents ON documents.place = pairs.later
JOIN keys AS ours ON ours.place = pairs.earlier
JOIN keys AS theirs ON theirs.place = pairs.later AND theirs.key = ours.key
GROUP BY pairs.earlier, pairs.later
HAVING count(*) >= max(documents.wanted)
