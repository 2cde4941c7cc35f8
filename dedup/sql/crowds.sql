-- bands(place BIGINT, bucket BIGINT), as in candidates.sql.
-- Result: crowded: how many documents stand behind the 64th of some bucket, so that not all of their pairs are candidates.
SELECT count(DISTINCT place) AS crowded
FROM (SELECT place, row_number() OVER (PARTITION BY bucket ORDER BY place) AS seat FROM bands
      WHERE bucket IN (SELECT bucket FROM bands GROUP BY bucket HAVING count(*) > 64)) AS wide
WHERE seat > 64
