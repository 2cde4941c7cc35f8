"""The build backend (PEP 517): that of setuptools, and the compiled core. Where the machine has no compiler,
pip is asked to fetch one. The README that PyPI shows has links to the repository, since PyPI has no files.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from setuptools import build_meta

from tools.package import build, links, wheels


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """What has to be installed for a build: zig where the machine has no compiler."""
    return [] if build.machine_compiler() else [build.zig_release()]


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    """What has to be installed for an installation in place: the same."""
    return get_requires_for_build_wheel(config_settings)


def get_requires_for_build_sdist(config_settings: Any = None) -> list[str]:
    """What has to be installed to pack the sources: nothing."""
    return []


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Any = None) -> str:
    """Write the metadata of the wheel to a folder; their name."""
    links.write_readme()
    return str(build_meta.prepare_metadata_for_build_wheel(metadata_directory))


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: Any = None) -> str:
    """Write the metadata of an installation in place to a folder; their name."""
    links.write_readme()
    return str(build_meta.prepare_metadata_for_build_editable(metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Write the package of the sources to a folder; its name."""
    links.write_readme()
    return str(build_meta.build_sdist(sdist_directory))


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Write the wheel for this machine to a folder; its name."""
    with TemporaryDirectory() as folder:
        library = Path(folder, "core")
        build.build(library)
        wheel = wheels.python_wheel(Path(folder))
        return wheels.with_library(wheel, library, build.this_platform(), Path(wheel_directory)).name


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Build the core where its source is, and write a wheel that leads there to a folder; its name."""
    links.write_readme()
    build.build(build.LIBRARY)
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))
