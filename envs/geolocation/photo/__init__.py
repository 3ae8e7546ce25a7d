"""VGeoPhoto: where a photograph was taken."""

from vgym.envs.geolocation.photo.task import GeoPhotoTask

__all__ = ["GeoPhotoTask"]
