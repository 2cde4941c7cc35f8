"""datasketch beside an index on a server: the same MinHash, and the same bands."""

import pytest
from datasketch import MinHash, MinHashLSH

import dedup
from bench.redis.crawlers import articles
from bench.redis.server import RedisServer
from dedup.errors import OptionsError
from dedup.index.redis.server.address import RedisAddress
from dedup.index.redis.server.layout import band_hash

EVERY = articles(60, 4)


def test_a_minhash_is_that_of_datasketch() -> None:
    """Its hash values, permutations and scheme fit those that datasketch makes itself."""
    one, other = dedup.minhash("a b c d e f"), dedup.minhash("a b c d e g")
    fresh = MinHash(num_perm=128)
    assert (one.permutations == fresh.permutations).all()
    assert (one.scheme, one.seed, len(one)) == (fresh.scheme, fresh.seed, 128)
    assert 0 < one.jaccard(other) < 1
    both = one.copy()
    both.merge(other)
    assert both.jaccard(one) > 0
    fresh.update(b"something")
    assert fresh.jaccard(one) == 0
    assert len(dedup.minhash("a b c", num_perm=64)) == 64


def test_the_bands_of_an_index_are_those_of_minhashlsh(address: str, server: RedisServer) -> None:
    """An LSH of datasketch's own, in memory, with the same bands finds the same; so does one that a user
    opens on the server without dedup's class.
    """
    with dedup.Index(address) as index:
        kept = [one for one in EVERY if not index.add(one).dropped]
        lsh = index.lsh()
        own = MinHashLSH(num_perm=128, params=(lsh.b, lsh.r))
        for one in kept:
            own.insert(one["id"], dedup.minhash(one["text"]))
        plain = MinHashLSH(
            num_perm=128,
            params=(lsh.b, lsh.r),
            storage_config={
                "type": "redis",
                "basename": RedisAddress.parse(address).prefix,
                "redis": {"host": "127.0.0.1", "port": server.port},
            },
            prepickle=False,
            hashfunc=band_hash,
        )
        for one in EVERY:
            minhash = dedup.minhash(one["text"])
            found = {identity["id"] for identity in index.identities(lsh.query(minhash))}
            assert found == set(own.query(minhash))
            assert sorted(plain.query(minhash)) == sorted(lsh.query(minhash))
            assert found
        assert (b"0" in lsh, b"999" in lsh, lsh.is_empty()) == (True, False, False)
        assert len(lsh.keys.keys()) == len(kept)
        assert sum(lsh.get_counts()[0].values()) == len(kept)
        with pytest.raises(TypeError, match=r"dedup\.Index\.add"):
            lsh.insert(b"x", minhash)
        with pytest.raises(TypeError, match=r"dedup\.Index\.remove"):
            lsh.remove(b"0")
        with pytest.raises(ValueError, match="scheme"):
            lsh.query(MinHash(num_perm=128, scheme="legacy"))


def test_a_file_has_no_lsh(tmp_path) -> None:
    with dedup.Index(tmp_path / "a") as index, pytest.raises(OptionsError, match="needs an index on Redis"):
        index.lsh()
