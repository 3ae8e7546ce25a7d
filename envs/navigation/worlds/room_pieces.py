"""Where each kind of furniture goes: against walls, around tables, on top, never in the way."""

from __future__ import annotations

import math

from vgym.envs.navigation.furniture import KIND_NUMBER, KINDS, Model, build
from vgym.envs.navigation.worlds.floor_rects import footprint, grown, overlap
from vgym.envs.navigation.worlds.room_floor import RoomFloor
from vgym.envs.navigation.worlds.room_kinds import ROOM
from vgym.envs.navigation.worlds.rooms import Placed
from vgym.envs.navigation.worlds.world import COLOURS

_SEAT = 0.6  # metres kept free for a chair
_GAP = 0.01  # metres between a wall and what stands against it
_TRIES = 24  # spots that are tried for a piece


class Room(RoomFloor):
    """A room that finds room for kinds of furniture."""

    def add(self, number: int, count: int) -> None:
        """Place up to ``count`` pieces of a kind."""
        kind = KINDS[number]
        if kind.where == "around":
            self._add_around(number, count)
            return
        add = {
            "wall": self._add_wall,
            "corner": self._add_corner,
            "centre": self._add_centre,
            "beside": self._add_beside,
            "hung": self._add_hung,
            "on_top": self._add_on_top,
            "any": self._add_any,
            "edge": self._add_any,
            "scattered": self._add_any,
        }[kind.where]
        colour = self._colour(number)
        style = self._style(number)
        for _ in range(count):
            if not (kind.run or kind.alike):
                colour = self._colour(number)
                style = self._style(number)
            before = len(self.placed)
            # A second model may fit where the first did not.
            for _ in range(2):
                add(number, colour, build(number, style, colour))
                if len(self.placed) > before:
                    break
                style = self._style(number)

    def hang_windows(self) -> None:
        """Windows in outer walls, evenly, some with curtains."""
        number = KIND_NUMBER["window"]
        if self.space.kind not in KINDS[number].rooms:
            return
        model = build(number, self._style(number), 0)
        curtain = KIND_NUMBER["curtain"]
        hung = self.space.kind in KINDS[curtain].rooms and self.sampler.chance(0.6)
        drape = self._colour(curtain)
        style = self._style(curtain)
        width = model.size[0]
        for wall, outside in enumerate(self.space.outside):
            low, high = self._span(wall)
            count = min(int((high - low) / (width + 1.3)), ROOM[self.space.kind].windows)
            if not outside or not count or self.sampler.chance(0.1):
                continue
            for n in range(count):
                along = low + (high - low) * (n + 0.5) / count
                self._hang(number, 0, model, wall, along)
                if hung:
                    self._hang(curtain, drape, build(curtain, style, drape), wall, along, True)

    def _colour(self, number: int) -> int:
        colours = KINDS[number].colours
        if not colours or self.sampler.chance(0.3):
            return 0
        return COLOURS.index(self.sampler.choice(colours))

    def _style(self, number: int) -> int:
        models = KINDS[number].models
        return models if self.unseen else self.sampler.below(models)

    def _add_wall(self, number: int, colour: int, model: Model) -> None:
        sampler = self.sampler
        kind = KINDS[number]
        half = model.size[0] / 2
        spots = []
        if kind.run:
            for other in self.placed[::-1]:
                if other.stands and KINDS[other.kind].run:
                    wall = round(other.yaw / (math.pi / 2)) % 4
                    low, high = other.rect[wall % 2], other.rect[wall % 2 + 2]
                    spots += [(wall, high + half + _GAP), (wall, low - half - _GAP)]
        if self.space.kind in kind.islands and self._add_island(number, colour, model):
            return
        for wall in sampler.shuffled((0, 1, 2, 3)):
            low, high = self._span(wall)
            if high - low >= 2 * half + 2 * _GAP:
                ends = low + half + _GAP, high - half - _GAP
                middle = (low + high) / 2
                spots += [(wall, along) for along in sampler.shuffled([*ends, middle])]
                spots += [(wall, sampler.between(*ends)) for _ in range(2)]
        if not kind.run:
            spots = sampler.shuffled(spots)
        first, last = [low + half for low in self.rect[:2]], [high - half for high in self.rect[2:]]
        line = [self._against(wall, 0.0, model.size, _GAP)[wall % 2 == 0] for wall in range(4)]
        places = [
            (line[wall], along, wall) if wall % 2 else (along, line[wall], wall)
            for wall, along in spots[:_TRIES]
            if first[wall % 2] <= along <= last[wall % 2]
        ]
        self._put(number, colour, model, places, access=kind.where == "wall")

    def _add_island(self, number: int, colour: int, model: Model) -> bool:
        """Desks in the open: back to back and side by side with others, or a first one."""
        sampler = self.sampler
        width, depth, _ = model.size
        spots = []
        for host in self.placed:
            if host.kind == number:
                facing = round(host.yaw / (math.pi / 2))
                spots.append((*_beyond(host, 0.0, -depth - _GAP), facing + 2))
                spots.append((*_beyond(host, width + _GAP, 0.0), facing))
                spots.append((*_beyond(host, -width - _GAP, 0.0), facing))
        x0, y0, x1, y1 = self.rect
        margin = width / 2 + 1.0
        for _ in range(4):
            if min(x1 - x0, y1 - y0) > 2 * margin:
                x, y = (
                    sampler.between(x0 + margin, x1 - margin),
                    sampler.between(y0 + margin, y1 - margin),
                )
                spots.append((x, y, sampler.below(4)))
        places = [(x, y, turn % 4) for x, y, turn in spots]
        return self._put(number, colour, model, places, access=True)

    def _add_corner(self, number: int, colour: int, model: Model) -> None:
        spots = []
        for corner in self.sampler.shuffled(range(8)):
            wall = corner % 4
            low, high = self._span(wall)
            half = model.size[0] / 2 + _GAP
            along = low + half if corner < 4 else high - half
            spots.append((*self._against(wall, along, model.size, _GAP), wall))
        self._put(number, colour, model, spots)

    def _add_centre(self, number: int, colour: int, model: Model) -> None:
        x0, y0, x1, y1 = self.rect
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        quarter = int(x1 - x0 < y1 - y0) + 2 * self.sampler.below(2)
        anchor = self.find(KINDS[number].hosts)
        if anchor is not None:
            away = (anchor.model.size[1] + model.size[1]) / 2 + 0.38
            facing = round(anchor.yaw / (math.pi / 2)) % 4
            if not model.blocks:
                under = anchor.model.size[1] / 2 + model.size[1] * 0.4
                self._lay(number, colour, model, *_beyond(anchor, 0.0, under), facing)
                return
            shifts = ((0.0, 0.0), (0.0, 0.2), (-0.4, 0.0), (0.4, 0.0), (0.0, -0.1))
            spots = [(*_beyond(anchor, x, away + further), facing) for x, further in shifts]
            self._put(number, colour, model, spots, near=True)
            return
        if not model.blocks:
            self._lay(number, colour, model, *middle, quarter)
            return
        for n in range(_TRIES):
            # Room for a chair and somebody behind it, or at last only for a chair.
            margin = 1.2 if n < _TRIES // 2 else 0.3
            turned = quarter + n // 4
            width, depth = model.size[:2] if turned % 2 == 0 else model.size[1::-1]
            free_x = max((x1 - x0 - width) / 2 - margin, 0.0) * min(1.0, n / 6)
            free_y = max((y1 - y0 - depth) / 2 - margin, 0.0) * min(1.0, n / 6)
            spot = (
                middle[0] + self.sampler.between(-free_x, free_x),
                middle[1] + self.sampler.between(-free_y, free_y),
            )
            rect = footprint(*spot, *model.size[:2], turned)
            seats = grown(rect, _SEAT)
            if n < _TRIES // 2 and any(overlap(seats, way) for way in self.space.kept):
                continue
            if self._put(number, colour, model, [(*spot, turned % 4)]):
                self._keep_access(seats)
                return

    def _add_around(self, number: int, count: int) -> None:
        """Seats at every table that they belong to, all alike."""
        for host in self._hosts(number):
            colour = self._colour(number)
            model = build(number, self._style(number), colour)
            width, depth, _ = host.model.size
            off = depth / 2 + model.size[1] / 2 + 0.02 + 0.06 * self.sampler.unit()
            if KINDS[host.kind].where == "wall":
                seats = [(0.0, off, 2)]
            elif KINDS[host.kind].seats == "back":
                seats = [(0.0, -off, 0)]
            else:
                row = max(int(width / (model.size[0] + 0.12)), 1)
                spread = [(n + 0.5) / row * width - width / 2 for n in range(row)]
                ahead = [(x, off, 2) for x in spread]
                back = [(x, -off, 0) for x in spread]
                seats = [seat for pair in zip(ahead, back, strict=True) for seat in pair]
                if depth >= 0.85:
                    side = width / 2 + model.size[1] / 2 + 0.05
                    seats += [(side, 0.0, 1), (-side, 0.0, 3)]
            wanted = max(count, 2) if len(seats) > 1 else 1
            for x, y, turn in seats:
                quarter = (round(host.yaw / (math.pi / 2)) + turn) % 4
                spot = (*_beyond(host, x, y), quarter)
                wanted -= self._put(number, colour, model, [spot], near=True)
                if not wanted:
                    break

    def _add_beside(self, number: int, colour: int, model: Model) -> None:
        for host in self.sampler.shuffled(self._hosts(number)):
            side = (host.model.size[0] + model.size[0]) / 2 + 0.02
            back = (model.size[1] - host.model.size[1]) / 2
            quarter = round(host.yaw / (math.pi / 2)) % 4
            spots = [
                (*_beyond(host, x, back), quarter) for x in self.sampler.shuffled((side, -side))
            ]
            if self._put(number, colour, model, spots, near=True):
                return

    def _add_any(self, number: int, colour: int, model: Model) -> None:
        sampler = self.sampler
        where = KINDS[number].where
        x0, y0, x1, y1 = self.rect
        table = self.find(KINDS[number].hosts)
        if table is not None:
            off = (table.model.size[0] + model.size[1]) / 2 + 0.35
            facing = round(table.yaw / (math.pi / 2))
            spots = [
                (*_beyond(table, x, 0.0), (facing + turn) % 4)
                for x, turn in sampler.shuffled([(off, 1), (-off, 3)])
            ]
            if self._put(number, colour, model, spots, near=True):
                return
        if where != "scattered":
            before = len(self.placed)
            (self._add_corner if sampler.chance(0.4) else self._add_wall)(number, colour, model)
            if len(self.placed) > before or where == "edge":
                return
        reach = math.hypot(*model.size[:2]) / 2
        for _ in range(_TRIES // 2):
            if min(x1 - x0, y1 - y0) <= 2 * reach + 0.1:
                return
            spot = (
                sampler.between(x0 + reach, x1 - reach),
                sampler.between(y0 + reach, y1 - reach),
            )
            yaw = sampler.between(0.0, 2 * math.pi)
            if self._put(number, colour, model, [(*spot, 0)], yaw=yaw):
                return

    def _add_on_top(self, number: int, colour: int, model: Model) -> None:
        names = KINDS[number].hosts
        hosts = [n for n, p in enumerate(self.placed) if KINDS[p.kind].name in names]
        width, depth, _ = model.size
        for n in self.sampler.shuffled(hosts):
            host = self.placed[n]
            room_x = (host.model.size[0] - width) / 2 - 0.03
            room_y = (host.model.size[1] - depth) / 2 - 0.02
            if room_x < 0 or room_y < -0.08:
                continue
            back = -max(room_y, 0.0)
            table = KINDS[host.kind].where == "centre"
            for x in self.sampler.shuffled((0.0, room_x, -room_x)):
                y = 0.0 if table else back
                rect = (x - width / 2, y - depth / 2, x + width / 2, y + depth / 2)
                if any(overlap(rect, other) for other in self.tops.get(n, [])):
                    continue
                self.tops.setdefault(n, []).append(rect)
                place = _beyond(host, x, y)
                raised = host.z + host.model.z0 + host.model.size[2]
                quarter = round(host.yaw / (math.pi / 2))
                box = footprint(*place, width, depth, quarter % 4)
                self._place(Placed(number, colour, model, *place, raised, host.yaw, box, False))
                return

    def _add_hung(self, number: int, colour: int, model: Model) -> None:
        sampler = self.sampler
        host = self.find(KINDS[number].hosts)
        if host is not None:
            wall = round(host.yaw / (math.pi / 2)) % 4
            along = host.x if wall % 2 == 0 else host.y
            if self._hang(number, colour, model, wall, along):
                return
        half = model.size[0] / 2 + 0.1
        for _ in range(_TRIES):
            wall = sampler.below(4)
            low, high = self._span(wall)
            if high - low < 2 * half:
                continue
            along = sampler.between(low + half, high - half)
            if self._hang(number, colour, model, wall, along):
                return

    def _hosts(self, number: int) -> list[Placed]:
        """What stands here of the kinds that a kind goes with."""
        return [piece for piece in self.placed if KINDS[piece.kind].name in KINDS[number].hosts]


def _beyond(host: Placed, x: float, y: float) -> tuple[float, float]:
    """A point of the host's own frame in that of the world."""
    c, s = math.cos(host.yaw), math.sin(host.yaw)
    return host.x + c * x - s * y, host.y + s * x + c * y
