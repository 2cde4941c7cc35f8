"""The build backend (PEP 517): that of setuptools, and the compiled core. Where the machine has no compiler,
pip is asked to fetch one.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

from tools.package import build, wheels

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """What has to be installed for a build: zig where the machine has no compiler."""
    return [] if build.machine_compiler() else [build.zig_release()]


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    """What has to be installed for an installation in place: the same."""
    return get_requires_for_build_wheel(config_settings)


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Write the wheel for this machine to a folder; its name."""
    with TemporaryDirectory() as folder:
        library = Path(folder, "core")
        build.build(library)
        wheel = wheels.python_wheel(Path(folder))
        return wheels.with_library(wheel, library, build.this_platform(), Path(wheel_directory)).name


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Build the core where its source is, and write a wheel that leads there to a folder; its name."""
    build.build(build.LIBRARY)
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))
