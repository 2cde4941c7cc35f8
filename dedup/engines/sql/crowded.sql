-- keys, round: as in candidates.sql.
-- Result: rank: the documents that come after the first ones of so many wide keys that pairs of them may be missing; wide: of
-- how many keys.
WITH wide_keys AS (
    SELECT key FROM keys GROUP BY key HAVING count(*) > (SELECT max(narrow) FROM round)
),
parts AS (
    SELECT keys.key, keys.rank, row_number() OVER (PARTITION BY keys.key, keys.rank % 64 ORDER BY keys.rank) AS seat
    FROM keys JOIN wide_keys ON keys.key = wide_keys.key
),
seats AS (
    SELECT key, rank, row_number() OVER (PARTITION BY key ORDER BY rank) AS seat
    FROM parts WHERE seat <= (SELECT max(hubs) FROM round)
),
hubs AS (
    SELECT key, max(rank) AS last FROM seats WHERE seat <= (SELECT max(hubs) FROM round) GROUP BY key
)
SELECT keys.rank, count(*) AS wide
FROM keys JOIN hubs ON keys.key = hubs.key
WHERE keys.asks AND keys.rank > hubs.last
GROUP BY keys.rank
HAVING count(*) >= max(keys.needed)
