-- keys(place BIGINT, key BIGINT), round(most BIGINT).
-- documents(place BIGINT, wanted BIGINT, needed BIGINT): of how many keys that others have, too, each must share `wanted` with
-- one before it, and so `needed` of the rarest.
-- Result: place, key, needed, asks: those of the rows whose key several documents hold, but not more than `most`;
-- asks: whether the key is among those rarest of the document.
SELECT ranked.place, ranked.key, documents.needed, ranked.rank <= ranked.shared - documents.wanted + documents.needed AS asks
FROM (
    SELECT keys.place, keys.key,
           row_number() OVER (PARTITION BY keys.place ORDER BY held.documents, keys.key) AS rank,
           count(*) OVER (PARTITION BY keys.place) AS shared
    FROM keys JOIN (
        SELECT key, count(*) AS documents FROM keys GROUP BY key
        HAVING count(*) > 1 AND count(*) <= (SELECT max(most) FROM round)
    ) AS held ON keys.key = held.key
) AS ranked JOIN documents ON ranked.place = documents.place
