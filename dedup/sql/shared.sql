-- keys(place BIGINT, key BIGINT).
-- Result: those of the rows whose key several documents hold; rank: of the key among the document's, the rarest first (1);
-- shared: how many such keys the document has.
SELECT keys.place, keys.key,
       row_number() OVER (PARTITION BY keys.place ORDER BY held.documents, keys.key) AS rank,
       count(*) OVER (PARTITION BY keys.place) AS shared
FROM keys JOIN (SELECT key, count(*) AS documents FROM keys GROUP BY key HAVING count(*) > 1) AS held
ON keys.key = held.key
