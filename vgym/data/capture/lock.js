// Roads that no request shows and no proxy sees: they are refused in the page, and told of.
//
// That they are shut does not rest on this, as a page may find its way to another copy of what is
// taken from it here; the browser's flags shut them for every frame and worker.
(name) => {
  const tell = window[name];
  delete window[name];
  for (const road of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
    if (!(road in window)) continue;
    const refuse = function () {
      try {
        tell(road);
      } catch {
        // not counted, but refused all the same
      }
      throw new DOMException(`${road} is refused: this page stays at home`, "NotAllowedError");
    };
    Object.defineProperty(refuse, "name", { value: road });
    Object.defineProperty(window, road, { value: refuse, writable: true, configurable: true });
  }
}
