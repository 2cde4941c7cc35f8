-- keys(place BIGINT, key BIGINT), round(most BIGINT).
-- Result: key: the keys that more than `most` documents hold.
SELECT key FROM keys GROUP BY key HAVING count(*) > (SELECT max(most) FROM round)
