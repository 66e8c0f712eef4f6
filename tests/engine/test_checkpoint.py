"""Block files: what is taken, what is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.engine import checkpoint
from standstill.engine.block import Block, n_columns
from standstill.engine.checkpoint import BlockStore, block_folder
from standstill.engine.jit import engine_key
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.engine.tally import make_histograms
from standstill.errors import OutputError

SMALL = Path(__file__).parents[1] / "cli" / "small.toml"
COUNT = 20


@pytest.fixture(scope="module")
def side() -> PackedSide:
    loaded = standstill.load_scenario(SMALL)
    window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
    return pack_side(loaded.sides[0], arms=loaded.arms, detail=True, **window)


@pytest.fixture
def block(side: PackedSide) -> Block:
    counts = make_histograms(2, side.n_days, side.n_weeks)
    for place, part in enumerate(counts):
        part[..., 0] = place
    totals = np.arange(2.0 * COUNT * n_columns(side)).reshape(2, COUNT, -1) / 7
    return Block(totals, counts)


@pytest.fixture
def store(side: PackedSide, tmp_path: Path) -> BlockStore:
    return BlockStore(tmp_path / "blocks", (side,))


def test_a_block_comes_back_as_it_was(store: BlockStore, block: Block) -> None:
    store.save(0, 512, block)
    found = store.load(0, 512, COUNT)
    assert found is not None
    assert found.totals.tobytes() == block.totals.tobytes()
    for part, whole in zip(found.histograms, block.histograms, strict=True):
        assert part.dtype == np.uint16
        assert np.array_equal(part, whole)
    assert [path.suffix for path in store.folder.iterdir()] == [".npz"]


@pytest.mark.parametrize("key", [(0, 0, COUNT), (0, 512, COUNT - 1), (1, 512, COUNT)])
def test_what_was_not_saved_is_not_there(store: BlockStore, block: Block, key: tuple[int, int, int]) -> None:
    store.save(0, 512, block)
    assert store.load(*key) is None


def test_a_block_of_another_shape_is_not_taken(store: BlockStore, block: Block) -> None:
    counts = block.histograms
    others = (
        block._replace(totals=block.totals[:, :, :-1]),  # an engine with one column less
        block._replace(totals=block.totals[:1]),
        block._replace(totals=block.totals.astype(np.float32)),
        block._replace(histograms=counts._replace(off=counts.off[:, 1:])),
        block._replace(histograms=counts._replace(week_off=counts.week_off[..., :-1])),
    )
    for other in others:
        store.save(0, 0, other)
        assert store.load(0, 0, COUNT) is None
    store.save(0, 0, block)
    assert store.load(0, 0, COUNT) is not None


def test_a_file_that_is_cut_or_no_block_is_not_taken(store: BlockStore, block: Block) -> None:
    store.save(0, 0, block)
    [path] = store.folder.iterdir()
    whole = path.read_bytes()
    for content in (b"", b"no block", whole[:100], whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(content)
        assert store.load(0, 0, COUNT) is None
    np.savez(path, totals=block.totals)
    assert store.load(0, 0, COUNT) is None


def test_a_folder_that_cannot_be_written(store: BlockStore, block: Block) -> None:
    store.folder.write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"):
        store.save(0, 0, block)


def test_a_folder_is_of_one_scenario_seed_version_and_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {block_folder(Path("x"), *key) for key in (("a", 1, "1"), ("b", 1, "1"), ("a", 2, "1"), ("a", 1, "2"))}
    monkeypatch.setattr(checkpoint, "engine_key", lambda: f"{engine_key()[::-1]}")
    assert len(names | {block_folder(Path("x"), "a", 1, "1")}) == 5
    assert {path.parent for path in names} == {Path("x")}
