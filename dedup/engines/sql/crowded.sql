-- keys, round: as in candidates.sql.
-- Result: place: the documents that stand behind the first ones of so many wide keys that pairs of them may have been missed;
-- wide: of how many keys.
WITH held AS (
    SELECT key FROM keys GROUP BY key HAVING count(*) > (SELECT max(narrow) FROM round)
),
parts AS (
    SELECT keys.key, keys.place, row_number() OVER (PARTITION BY keys.key, keys.place % 64 ORDER BY keys.place) AS seat
    FROM keys JOIN held ON keys.key = held.key
),
seats AS (
    SELECT key, place, row_number() OVER (PARTITION BY key ORDER BY place) AS seat
    FROM parts WHERE seat <= (SELECT max(hubs) FROM round)
),
hubs AS (
    SELECT key, max(place) AS last FROM seats WHERE seat <= (SELECT max(hubs) FROM round) GROUP BY key
)
SELECT keys.place, count(*) AS wide
FROM keys JOIN hubs ON keys.key = hubs.key
WHERE keys.asks AND keys.place > hubs.last
GROUP BY keys.place
HAVING count(*) >= max(keys.needed)
