-- bands(place BIGINT, bucket BIGINT): the documents by their place in the order of keeping, and the hashes of their bands.
-- Result: earlier, later: the places of two documents that share a bucket, each pair once.
-- In a bucket of up to 64 documents all pairs; in a wider one each document with the first 8, which are its likeliest keepers:
-- a bucket of 100,000 would have five thousand million pairs.
WITH shared AS (
    SELECT bucket FROM bands GROUP BY bucket HAVING count(*) > 1
),
seats AS (
    SELECT bucket, place, row_number() OVER (PARTITION BY bucket ORDER BY place) AS seat
    FROM bands
    WHERE bucket IN (SELECT bucket FROM shared)
),
hubs AS (
    SELECT bucket, place, seat FROM seats WHERE seat <= 8
),
narrow AS (
    SELECT bucket, place, seat FROM seats WHERE seat <= 64
)
SELECT hubs.place AS earlier, seats.place AS later
FROM hubs JOIN seats ON hubs.bucket = seats.bucket
WHERE hubs.seat < seats.seat
UNION
SELECT one.place AS earlier, other.place AS later
FROM narrow AS one JOIN narrow AS other ON one.bucket = other.bucket
WHERE one.seat > 8 AND one.seat < other.seat
