-- keys(rank BIGINT, key BIGINT), round(most BIGINT).
-- documents(rank BIGINT, wanted BIGINT, needed BIGINT): of how many keys that others have, too, each must share `wanted` with
-- one before it, and so `needed` of the rarest.
-- Result: rank, key, needed, asks: those of the rows whose key several documents hold, but not more than `most`;
-- asks: whether the key is among those rarest of the document.
SELECT ranked.rank, ranked.key, documents.needed, ranked.rarity <= ranked.shared - documents.wanted + documents.needed AS asks
FROM (
    SELECT keys.rank, keys.key,
           row_number() OVER (PARTITION BY keys.rank ORDER BY held.documents, keys.key) AS rarity,
           count(*) OVER (PARTITION BY keys.rank) AS shared
    FROM keys JOIN (
        SELECT key, count(*) AS documents FROM keys GROUP BY key
        HAVING count(*) > 1 AND count(*) <= (SELECT max(most) FROM round)
    ) AS held ON keys.key = held.key
) AS ranked JOIN documents ON ranked.rank = documents.rank
