-- keys(rank BIGINT, key BIGINT): the keys that each document has. round(most BIGINT).
-- documents(rank BIGINT, wanted BIGINT, needed BIGINT): a document must share `wanted` of the keys that others have, too, with
-- one before it, and so `needed` of its rarest ones.
-- Result: rank, key, needed, asks: the rows whose key several documents have, but not more than `most`; asks: whether the key is
-- among the document's rarest.
SELECT ranked.rank, ranked.key, documents.needed, ranked.rarity <= ranked.shared - documents.wanted + documents.needed AS asks
FROM (
    SELECT keys.rank, keys.key,
           row_number() OVER (PARTITION BY keys.rank ORDER BY counts.documents, keys.key) AS rarity,
           count(*) OVER (PARTITION BY keys.rank) AS shared
    FROM keys JOIN (
        SELECT key, count(*) AS documents FROM keys GROUP BY key
        HAVING count(*) > 1 AND count(*) <= (SELECT max(most) FROM round)
    ) AS counts ON keys.key = counts.key
) AS ranked JOIN documents ON ranked.rank = documents.rank
