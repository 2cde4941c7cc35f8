-- keys, round: as in candidates.sql.
-- Result: place: the documents that stand behind the first ones of so many wide keys that pairs of them may have been missed;
-- wide: of how many keys.
SELECT place, count(*) AS wide
FROM (SELECT keys.place, keys.needed, keys.asks,
             row_number() OVER (PARTITION BY keys.key ORDER BY keys.place) AS seat
      FROM keys JOIN (SELECT key FROM keys GROUP BY key HAVING count(*) > 64) AS held
      ON keys.key = held.key) AS seats
WHERE asks AND seat > (SELECT max(hubs) FROM round)
GROUP BY place
HAVING count(*) >= max(needed)
