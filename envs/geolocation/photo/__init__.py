"""VGeoPhoto: where a photograph was taken."""

from vgym.envs.geolocation.photo.task import GeoPhotoTask
from vgym.on_demand import modules_on_demand

__all__ = ["GeoPhotoTask"]

modules_on_demand(__name__)
