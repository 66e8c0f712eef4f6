"""The one door to Numba: ``kernel`` and ``shared`` compile, ``entry`` compiles and caches on disk.

Only entries are cached, in the user's cache folder under a key made from every file of the engine: Numba's own cache
looks at one file only and returns stale code when a callee in another file changes. Where no folder can be written,
nothing is cached and all still runs.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.types.misc import unliteral

__all__ = ["cache_folder", "engine_key", "entry", "inlined", "kernel", "merged", "named_after", "shared"]

Function = TypeVar("Function", bound=Callable[..., Any])


class _NoEnvironment:
    """Stands for the code generator where Numba would set a global of machine code that is not there."""

    def set_env(self, name: str, environment: object) -> None:
        """Do nothing: a kernel raises nothing and holds no Python object."""


class _Part(JITCodeLibrary):  # type: ignore[misc]  # Numba has no types
    """The code of a function that only other kernels call: it is linked into them, and optimised and emitted there."""

    @property
    def codegen(self) -> _NoEnvironment:
        return _NoEnvironment()

    def _optimize_final_module(self) -> None:
        """Leave it to the entry."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: there is no machine code."""
        return 0


class _PartCompiler(Compiler):  # type: ignore[misc]  # Numba has no types
    """Compiles a function as a part of others."""

    def define_pipelines(self) -> Any:
        state = self.state
        # the dictionary that Numba hands from pass to pass
        state["library"] = _Part(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()


_PART: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": _PartCompiler}


def kernel(function: Function) -> Function:
    """Compile a function that only other kernels call; it gets no wrapper and no machine code of its own."""
    compiled: Function = _jit(function, **_PART)
    return compiled


def inlined(function: Function) -> Function:
    """Compile a function into its callers, where passing wide tuples of arrays would cost more than the work.

    For small or single-call kernels of the hot loop.
    """
    compiled: Function = _jit(function, **_PART, forceinline=True)
    return compiled


def merged(function: Function) -> Function:
    """Compile a function as part of its one caller, so that it is optimised once and not once more by itself."""
    compiled: Function = _jit(function, **_PART, inline="always")
    return compiled


def named_after(function: Function, part: Callable[..., Any]) -> Function:
    """Name a plain function after the kernel it is compiled with.

    Numba names machine code by qualified name and a counter of the process; two kernels made by one factory in
    different processes could otherwise share a symbol in the cache and be taken for each other.
    """
    suffix = f"_{part.__name__}"
    function.__name__ += suffix
    function.__qualname__ += suffix
    return function


def shared(function: Function) -> Function:
    """Compile a function that kernels and Python call."""
    compiled: Function = _jit(function, no_cfunc_wrapper=True)
    return compiled


def _jit(function: Function, **options: Any) -> Function:
    # no function of the engine allocates, so the reference counts of Numba's run-time are left out (_nrt)
    compiled: Any = numba.njit(nogil=True, error_model="numpy", _nrt=False, **options)(function)
    _forget_literals(compiled)
    return compiled  # type: ignore[no-any-return]  # a Numba dispatcher stands for the function


def _forget_literals(compiled: Any) -> None:
    """Have a kernel compiled for the types of its arguments only, never for a constant that a caller hands it.

    Numba types ``count = 0; while ...: count = grow(count)`` with a constant first and an integer next, and compiles
    ``grow`` and all that it calls for both, though only the second is ever called: a third of all compiling.
    """
    template = getattr(compiled, "get_call_template", None)
    if template is not None:  # plain Python where compiling is disabled
        compiled.get_call_template = lambda args, kws: template(
            tuple(unliteral(kind) for kind in args), {name: unliteral(kind) for name, kind in kws.items()}
        )


def engine_key() -> str:
    """Return what tells one engine from another: a digest of all its files, and of Numba and Python."""
    digest = hashlib.blake2b(digest_size=10)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(f"{numba.__version__} {sys.version}".encode())
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """Return the folder for compiled entries, or None where nothing can be written."""
    root = os.environ.get("XDG_CACHE_HOME") or ("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA", "~")
    try:
        folder = Path(root).expanduser() / "standstill" / engine_key()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return None


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep the machine code for the next run."""
    compiled: Any = shared(function)
    folder = None if config.DISABLE_JIT else cache_folder()
    if folder is not None:
        before = config.CACHE_DIR
        try:
            config.CACHE_DIR = str(folder)
            compiled.enable_caching()
        finally:
            config.CACHE_DIR = before
    return compiled  # type: ignore[no-any-return]  # a Numba dispatcher stands for the function
