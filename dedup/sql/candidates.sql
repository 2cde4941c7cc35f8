-- keys(place BIGINT, key BIGINT, needed BIGINT): the documents by their place in the order of keeping, the keys that each
-- holds, and how many it must share with one before it. round(hubs BIGINT): how many documents of a wide key all others meet.
-- Result: earlier, later: the places of two documents that share as many keys as the later one needs, each pair once.
-- Of a key that up to 64 documents hold all pairs count; of a wider one those with its first documents, which are its
-- likeliest keepers: a key of 100,000 would have five thousand million pairs.
WITH shared AS (
    SELECT key, count(*) AS documents FROM keys GROUP BY key HAVING count(*) > 1
),
seats AS (
    SELECT keys.key, keys.place, keys.needed, shared.documents,
           row_number() OVER (PARTITION BY keys.key ORDER BY keys.place) AS seat
    FROM keys JOIN shared ON keys.key = shared.key
),
hubs AS (
    SELECT key, place, seat FROM seats WHERE documents <= 64 OR seat <= (SELECT max(hubs) FROM round)
)
SELECT hubs.place AS earlier, seats.place AS later
FROM hubs JOIN seats ON hubs.key = seats.key AND hubs.seat < seats.seat
GROUP BY hubs.place, seats.place
HAVING count(*) >= max(seats.needed)
