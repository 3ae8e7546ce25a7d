"""The sun by NOAA's solar calculator: Meeus' series, and hour angles by the equation of time."""

import math


def position(days: float, lon: float, lat: float) -> tuple[float, float, float]:
    """Declination, height above the horizon and true solar time (hours) on a day since J2000."""
    t = days / 36_525
    mean = 280.46646 + t * (36000.76983 + t * 0.0003032)
    anomaly = math.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        math.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + math.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + math.sin(3 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * t)
    apparent = math.radians(mean + centre - 0.00569 - 0.00478 * math.sin(node))
    tilt = 23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60
    tilt = math.radians(tilt + 0.00256 * math.cos(node))
    declination = math.asin(math.sin(tilt) * math.sin(apparent))
    y, twice = math.tan(tilt / 2) ** 2, math.radians(2 * mean)
    equation = math.degrees(
        y * math.sin(twice)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(twice)
        - 0.5 * y * y * math.sin(2 * twice)
        - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    )
    hours = ((days + 0.5) % 1 * 24 + (4 * equation + 4 * lon) / 60) % 24
    angle, lat = math.radians(15 * (hours - 12)), math.radians(lat)
    zenith = math.sin(lat) * math.sin(declination)
    zenith += math.cos(lat) * math.cos(declination) * math.cos(angle)
    return math.degrees(declination), math.degrees(math.asin(max(-1, min(1, zenith)))), hours
