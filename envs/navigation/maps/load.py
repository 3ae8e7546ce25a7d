"""Real maps as worlds: `load_map` reads ROS maps, MovingAI maps and GeoJSON floor plans."""

from __future__ import annotations

from pathlib import Path

from vgym.data.errors import DataError
from vgym.data.files import source_path
from vgym.data.images import places_under
from vgym.envs.navigation.maps.geojson import load_floor_plan
from vgym.envs.navigation.maps.movingai import load_movingai_map
from vgym.envs.navigation.maps.ros import load_ros_map, read_ros_yaml
from vgym.envs.navigation.worlds.world import World

LOADERS = {
    ".yaml": load_ros_map,
    ".yml": load_ros_map,
    ".map": load_movingai_map,
    ".geojson": load_floor_plan,
    ".json": load_floor_plan,
}


def load_map(path: Path | str) -> World:
    """The world that a map file describes, in cells of `vgym.envs.navigation.worlds.world.CELL`.

    Args:
        path: A ROS ``.yaml``, a MovingAI ``.map`` or a GeoJSON ``.geojson``; see the modules `ros`,
            `movingai` and `geojson`.

    Returns:
        The world, south-west corner of the map at (CELL, CELL), with a border of wall. All cells
        that are not solid belong to one connected space for a robot of radius 0.18 m.

    Raises:
        DataError: Naming the file, the line or key, the value and what to do, for whatever is
            wrong with it.

    Warns:
        UserWarning: If a part of the map cannot be reached from its largest part.
    """
    path = source_path(path)
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        raise DataError(
            f"map {path} ends in {path.suffix!r}; known are .yaml (ROS), .map (MovingAI) and "
            ".geojson (floor plan)"
        )
    return loader(path)


def map_files(path: Path | str) -> tuple[Path, ...]:
    """The files that a map is read from, whether they are there or not.

    Raises:
        DataError: a ROS YAML that cannot be read; it names the picture.
    """
    path = source_path(path)
    if LOADERS.get(path.suffix.lower()) is not load_ros_map:
        return (path,)
    return (path, *places_under(path.parent, read_ros_yaml(path).image))
