"""Random numbers as a pure function of (seed, sample, purpose, entity, event): Philox4x32-10, never "the next number".

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11. The counter is
(sample, event, entity's low 32 bits, entity's high 24 bits and the purpose's 8); the key is the seed. So a draw does
not depend on how many others were made, and adding an asset moves no other asset's draws.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from standstill.engine.jit import entry, inlined, kernel, shared

__all__ = [
    "AIM",
    "CLOCK",
    "COLLAPSE",
    "DAMAGE",
    "DISPLACE",
    "GAP",
    "HIT_ASSET",
    "INPUT",
    "LAUNCH",
    "MARK",
    "OFFSPRING",
    "OUTAGE",
    "PAIRS",
    "REPAIR_TIME",
    "SCARCE",
    "WEATHER",
    "entity_key",
    "exponential",
    "fill_pairs",
    "fill_waits",
    "gamma_unit",
    "mix",
    "normal_pair",
    "pair",
    "philox",
    "scramble",
    "uniforms",
    "words",
]

OUTAGE, GAP, LAUNCH, MARK, AIM, HIT_ASSET, DAMAGE, REPAIR_TIME, DISPLACE, WEATHER, COLLAPSE, INPUT, CLOCK = range(1, 14)
OFFSPRING, SCARCE = 14, 15
"""Purposes: what a draw is for, 8 bits."""
PAIRS = 8
"""Events that ``fill_pairs`` is handed room for: what a processor with the widest registers draws at once."""

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32, _8, _21 = np.uint64(32), np.uint64(8), np.uint64(21)
_ENTITY = np.uint64((1 << 56) - 1)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_UNIT = 2.0**-53
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ROOT_HALF, _FRACTION = np.int64(0x3FE6A09E667F3BCD), np.int64(52)
_ROUND_BITS, _ROUND = np.int64(0x4338000000000000), 1.5 * 2.0**52


def entity_key(name: str) -> int:
    """Return the 56-bit key of an entity, for example of "side/name"; collisions are refused when packing."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=7).digest(), "little")


@inlined
def _rounds(c0, c1, c2, c3, k0, k1):
    """See ``philox``."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@shared
def philox(c0, c1, c2, c3, k0, k1):
    """Return the four 32-bit words (as uint64) of Philox4x32-10 for a counter and key of 32-bit words (as uint64)."""
    return _rounds(c0, c1, c2, c3, k0, k1)


@inlined
def _draw(seed, sample, purpose, entity, event):
    """See ``words``."""
    entity = np.uint64(entity)
    seed = np.uint64(seed)
    return _rounds(
        np.uint64(sample) & _LOW,
        np.uint64(event) & _LOW,
        entity & _LOW,
        ((entity >> _32) << _8) | np.uint64(purpose),
        seed & _LOW,
        seed >> _32,
    )


@shared
def words(seed, sample, purpose, entity, event):
    """Return the four 32-bit words of one draw, as uint64."""
    return _draw(seed, sample, purpose, entity, event)


@inlined
def _to_unit(high, low):
    """Return a uniform in (0, 1) with 53 bits from two 32-bit words."""
    return (float(((high << _21) | (low >> np.uint64(11))) & np.uint64((1 << 53) - 1)) + 0.5) * _UNIT


@shared
def pair(seed, sample, purpose, entity, event):
    """Return two independent uniforms in (0, 1)."""
    a, b, c, d = words(seed, sample, purpose, entity, event)
    return _to_unit(a, b), _to_unit(c, d)


@kernel
def fill_pairs(seed, sample, purpose, entity, first_event, out):
    """Fill ``out``, (2, n), with what ``pair`` gives for n consecutive events.

    A loop without branches or calls becomes vector code: eight pairs take as long as one by itself.
    """
    for place in range(out.shape[1]):
        a, b, c, d = _draw(seed, sample, purpose, entity, first_event + place)
        out[0, place], out[1, place] = _to_unit(a, b), _to_unit(c, d)


@inlined
def exponential(uniform):
    """Return ``-log(uniform)``, within an ulp, by operations that vector code has.

    As in fdlibm: ``uniform = 2^k (1 + f)`` with 1 + f between the roots of 1/2 and of 2, and
    ``log(1 + f) = f - f²/2 + s (f²/2 + R(s²))`` with ``s = f / (2 + f)``. Adding 1.5·2^52 turns k into a float.
    """
    bits = np.float64(uniform).view(np.int64)
    power = (bits - _ROOT_HALF) >> _FRACTION
    k = np.int64(power + _ROUND_BITS).view(np.float64) - _ROUND
    f = np.int64(bits - (power << _FRACTION)).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    tail = 2.222219843214978396e-01
    tail += z * (1.818357216161805012e-01 + z * (1.531383769920937332e-01 + z * 1.479819860511658591e-01))
    tail = z * (6.666666666666735130e-01 + z * (3.999999999940941908e-01 + z * (2.857142874366239149e-01 + z * tail)))
    half = 0.5 * f * f
    return (half - (s * (half + tail) + k * _LN2_LOW)) - f - k * _LN2_HIGH


@kernel
def fill_waits(uniforms, even, odd, most):
    """Turn uniforms, (2, n), into exponential waits up to ``most``: of rate ``even`` in row 0, ``odd`` in row 1."""
    for place in range(uniforms.shape[1]):
        uniforms[0, place] = min(exponential(uniforms[0, place]) / even, most)
        uniforms[1, place] = min(exponential(uniforms[1, place]) / odd, most)


@shared
def mix(entity, other):
    """Return the key of a pair of entities, such as an asset as seen by one stream."""
    mixed = np.uint64(entity) ^ (np.uint64(other) * _MIX)
    return (mixed ^ (mixed >> np.uint64(29))) & _ENTITY


@shared
def scramble(value):
    """Return the SplitMix64 finaliser of a 64-bit word: a bijection whose output passes for random."""
    value = np.uint64(value)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@shared
def normal_pair(seed, sample, purpose, entity, event):
    """Return two independent standard normals (Box-Muller)."""
    u, v = pair(seed, sample, purpose, entity, event)
    radius = math.sqrt(-2.0 * math.log(u))
    return radius * math.cos(2.0 * math.pi * v), radius * math.sin(2.0 * math.pi * v)


@shared
def gamma_unit(shape, seed, sample, purpose, entity, event):
    """Return a gamma variate of mean 1 and the given shape; shape 1 is exponential.

    Marsaglia and Tsang (2000); attempt i of an event uses counters 64·event + 2i and + 1; below shape 1 the boost
    ``U^(1/shape)`` uses the last counter.
    """
    if shape == 1.0:
        return -math.log(pair(seed, sample, purpose, entity, 64 * event)[0])
    boosted = shape if shape >= 1.0 else shape + 1.0
    d = boosted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    value = d
    for attempt in range(31):
        z, _ = normal_pair(seed, sample, purpose, entity, 64 * event + 2 * attempt)
        u, _ = pair(seed, sample, purpose, entity, 64 * event + 2 * attempt + 1)
        v = (1.0 + c * z) ** 3
        if v > 0.0 and math.log(u) < 0.5 * z * z + d - d * v + d * math.log(v):
            value = d * v
            break
    if shape < 1.0:
        value *= pair(seed, sample, purpose, entity, 64 * event + 63)[0] ** (1.0 / shape)
    return value / shape


@entry
def uniforms(seed, first_sample, entity, out):
    """Fill ``out`` with one INPUT uniform per sample, for a figure's entity key."""
    for i in range(out.shape[0]):
        out[i] = pair(seed, first_sample + i, INPUT, entity, 0)[0]
