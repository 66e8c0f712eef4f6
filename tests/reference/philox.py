"""Draws of the twin: Philox4x32-10 written anew from Salmon, Moraes, Dror, Shaw, SC'11, in plain integers.

The layout of counter and key is that of ``standstill.engine.draws``; nothing is imported from there.
"""

from __future__ import annotations

import hashlib
import math

OUTAGE, GAP, LAUNCH, MARK, AIM, HIT_ASSET, DAMAGE, REPAIR_TIME, DISPLACE, WEATHER, COLLAPSE, INPUT, CLOCK = range(1, 14)
OFFSPRING = 14
MASK, LONG = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def philox4x32(counter: tuple[int, ...], key: tuple[int, int], rounds: int = 10) -> tuple[int, ...]:
    """Return four 32-bit words; section 3.3 of the paper: multiply, swap halves, mix in the bumped key."""
    x = list(counter)
    k = list(key)
    for _ in range(rounds):
        left, right = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(right >> 32) ^ x[1] ^ k[0], right & MASK, (left >> 32) ^ x[3] ^ k[1], left & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return tuple(x)


def key_of(name: str) -> int:
    """Return the 56-bit key of an entity."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=7).digest(), "little")


def mixed(entity: int, other: int) -> int:
    """Return the key of a pair of entities."""
    value = entity ^ (other * 0x9E3779B97F4A7C15 & LONG)
    return (value ^ (value >> 29)) & ((1 << 56) - 1)


def scrambled(word: int, key: int) -> int:
    """Return an asset's own 64-bit draw from a word: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    z = word ^ (key * 0x9E3779B97F4A7C15 & LONG)
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & LONG
    z = (z ^ z >> 27) * 0x94D049BB133111EB & LONG
    return z ^ z >> 31


class Draws:
    """All draws of one sample."""

    def __init__(self, seed: int, sample: int) -> None:
        self.seed, self.sample = seed, sample

    def words(self, purpose: int, entity: int, event: int) -> tuple[int, ...]:
        counter = (self.sample & MASK, event & MASK, entity & MASK, (entity >> 32) << 8 | purpose)
        return philox4x32(counter, (self.seed & MASK, self.seed >> 32))

    def uniforms(self, purpose: int, entity: int, event: int) -> tuple[float, float]:
        a, b, c, d = self.words(purpose, entity, event)
        return ((a << 21 | b >> 11) + 0.5) / 2**53, ((c << 21 | d >> 11) + 0.5) / 2**53

    def uniform(self, purpose: int, entity: int, event: int) -> float:
        return self.uniforms(purpose, entity, event)[0]

    def normals(self, purpose: int, entity: int, event: int) -> tuple[float, float]:
        """Return two normals by Box and Muller."""
        u, v = self.uniforms(purpose, entity, event)
        radius, angle = math.sqrt(-2 * math.log(u)), 2 * math.pi * v
        return radius * math.cos(angle), radius * math.sin(angle)

    def gamma(self, shape: float, purpose: int, entity: int, event: int) -> float:
        """Return a gamma variate of mean 1: Marsaglia and Tsang's rejection, 64 counters to an event."""
        if shape == 1:
            return -math.log(self.uniform(purpose, entity, 64 * event))
        d = (shape if shape >= 1 else shape + 1) - 1 / 3
        for attempt in range(31):
            z = self.normals(purpose, entity, 64 * event + 2 * attempt)[0]
            u = self.uniform(purpose, entity, 64 * event + 2 * attempt + 1)
            cube = (1 + z / math.sqrt(9 * d)) ** 3
            if cube > 0 and math.log(u) < z * z / 2 + d * (1 - cube + math.log(cube)):
                break
        else:
            cube = 1.0
        boost = 1.0 if shape >= 1 else self.uniform(purpose, entity, 64 * event + 63) ** (1 / shape)
        return d * cube * boost / shape
