"""Pages that try every road out of themselves, each to an address of its own.

A road is a piece of HTML in which ``@url`` stands for an address (``http://host:port``), ``@host``
for its host and port, and ``@name`` for a name that would have to be looked up.
"""

_CALL = "p.createDataChannel('a');p.createOffer().then(o=>p.setLocalDescription(o))"
_OFFER = (
    "v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\na=group:BUNDLE 0\\r\\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\n"
    "a=ice-ufrag:abcd\\r\\na=ice-pwd:abcdefghijklmnopqrstuvwx\\r\\n"
    "a=fingerprint:sha-256 ${Array(32).fill('AA').join(':')}\\r\\na=setup:actpass\\r\\n"
    "a=mid:0\\r\\na=sctp-port:5000\\r\\na=candidate:1 1 udp 2122260223 ${h} ${n} typ host\\r\\n"
)


def _script(code: str) -> str:
    return f"<script>{{{code}}}</script>"


def _quiet(code: str) -> str:
    return _script(f"try{{Promise.resolve({code}).catch(()=>0)}}catch(e){{}}")


def _worker(code: str, kind: str = "Worker") -> str:
    return _script(f'new {kind}(URL.createObjectURL(new Blob(["{code}"])))')


def _webrtc(server: str, maker: str = "RTCPeerConnection") -> str:
    return _script(
        f"const p=new {maker}({{iceServers:[{{urls:'{server}',username:'a',credential:'b'}}]}});"
        + _CALL
    )


ROADS = {
    "fetch": _quiet("fetch('@url/')"),
    "fetch by name": _quiet("fetch('http://@name/')"),
    "fetch that outlives": _quiet("fetch('@url/',{keepalive:true,method:'POST',mode:'no-cors'})"),
    "XMLHttpRequest": _script("const x=new XMLHttpRequest();x.open('GET','@url/');x.send()"),
    "beacon": _script("navigator.sendBeacon('@url/','x')"),
    "event source": _script("new EventSource('@url/')"),
    "image": "<img src=@url/i.png>",
    "SVG image": "<svg><image href=@url/i.png /></svg>",
    "video": "<video src=@url/v.webm preload=auto></video>",
    "style sheet": "<link rel=stylesheet href=@url/s.css>",
    "CSS import": "<style>@import url(@url/s.css);</style>",
    "CSS image": "<p style='background:url(@url/b.png)'>x",
    "font": "<style>@font-face{font-family:f;src:url(@url/f.woff2)}</style>"
    "<p style='font-family:f'>x",
    "script": "<script async src=@url/s.js></script>",
    "module": "<script type=module src=@url/m.js></script>",
    "module preload": "<link rel=modulepreload href=@url/m.js>",
    "preload": "<link rel=preload as=image href=@url/p.png>",
    "prefetch": "<link rel=prefetch href=@url/p.html>",
    "speculation rules": '<script type=speculationrules>{"prefetch":[{"source":"list","urls":'
    '["@url/"],"eagerness":"immediate"}],"prerender":[{"source":"list","urls":["@url/p"],'
    '"eagerness":"immediate"}]}</script>',
    "preconnect": "<link rel=preconnect href=@url/><link rel=preconnect href=http://@name/>",
    "DNS prefetch": "<link rel=dns-prefetch href=//@name/>",
    "frame": "<iframe src=@url/></iframe>",
    "object": "<object data=@url/></object>",
    "embed": "<embed src=@url/>",
    "form": "<iframe name=formed></iframe><form id=F target=formed action=@url/ method=post></form>"
    + _script("F.submit()"),
    "refresh of a frame": "<iframe srcdoc='<meta http-equiv=refresh content=\"0;url=@url/\">'>"
    "</iframe>",
    "ping of a link": "<a id=A href=#x ping=@url/>x</a>" + _script("A.click()"),
    "new window": _script("window.open('@url/')"),
    "WebSocket": _script("new WebSocket('ws://@host/')"),
    "WebTransport": _quiet("new WebTransport('https://@host/').ready"),
    "worker": _worker("fetch('@url/').catch(()=>0)"),
    "worker, import": _worker("importScripts('@url/w.js')"),
    "worker, WebSocket": _worker("new WebSocket('ws://@host/')"),
    "worker, WebTransport": _worker("new WebTransport('https://@host/').ready.catch(()=>0)"),
    "shared worker": _worker("fetch('@url/').catch(()=>0)", "SharedWorker"),
    "service worker": _quiet("navigator.serviceWorker.register('worker.js?@url/')"),
    "WebRTC, STUN": _webrtc("stun:@host"),
    "WebRTC, STUN by name": _webrtc("stun:@name:3478"),
    "WebRTC, TURN": _webrtc("turn:@host"),
    "WebRTC, TURN over TCP": _webrtc("turn:@host?transport=tcp"),
    "WebRTC, a candidate": _script(
        "const [h,n]='@host:3478'.split(':');const p=new RTCPeerConnection();"
        f"p.setRemoteDescription({{type:'offer',sdp:`{_OFFER}`}})"
        ".then(()=>p.createAnswer()).then(a=>p.setLocalDescription(a))"
    ),
    "WebRTC of a blank frame": "<iframe id=B></iframe>"
    + _webrtc("stun:@host", "B.contentWindow.RTCPeerConnection"),
    "payment": _quiet(
        "new PaymentRequest([{supportedMethods:'https://@host/'}],{total:{label:'x',"
        "amount:{currency:'USD',value:'1'}}}).canMakePayment()"
    ),
    "identity": _quiet(
        "navigator.credentials.get({identity:{providers:[{configURL:'https://@host/c.json',"
        "clientId:'x'}]}})"
    ),
    "presentation": _quiet("new PresentationRequest('https://@host/').getAvailability()"),
    "audio worklet": _quiet("new AudioContext().audioWorklet.addModule('@url/a.js')"),
    "whereabouts": _script("navigator.geolocation.getCurrentPosition(()=>0,()=>0)"),
    "another program": "<iframe src=mailto:a@@name></iframe><iframe src=ssh://@name></iframe>",
}
# What only a page with a server of its own can try: the server sends one on.
REDIRECTS = {
    "redirect of an image": "<img src=/on?@url/>",
    "redirect of a fetch": _quiet("fetch('/on?@url/')"),
    "redirect of a frame": "<iframe src=/on?@url/></iframe>",
    "redirect of a worker": _script("new SharedWorker('/on?@url/')"),
}
# Roads on which the page itself goes, once it is there: each needs a page.
LEAVING = {
    "address": _script("setTimeout(()=>{location='@url/'},200)"),
    "refresh": "<meta http-equiv=refresh content='1;url=@url/'>",
    "form at the top": "<form id=T action=@url/></form>"
    + _script("setTimeout(()=>T.submit(),200)"),
    "download": "<a id=D href=@url/d.bin download>x</a>" + _script("setTimeout(()=>D.click(),200)"),
}
NUMBERS = {road: number for number, road in enumerate((*ROADS, *REDIRECTS, *LEAVING), 1)}
_LOOPBACK_PORT = 20_000
_REMOTE = "198.51.100."  # an address for documentation, RFC 5737
_PAGE = """<!doctype html><meta charset=utf-8><title>Roads</title>
<button style="width:200px;height:60px">Still here</button>
<script>window.vgym = { start() {}, read: () => ({ instruction: 'Stay' }) }</script>"""


def page(*bodies: str) -> str:
    """A page that can be captured and played, and holds these pieces."""
    return "\n".join((_PAGE, *bodies))


def trying(roads: dict[str, str], *, loopback: bool) -> str:
    """These roads, to other machines, or to other ports of this one."""
    pieces = []
    for road, piece in roads.items():
        number = NUMBERS[road]
        host = f"127.0.0.1:{_LOOPBACK_PORT + number}" if loopback else f"{_REMOTE}{number}"
        name = f"r{number}.localhost" if loopback else f"r{number}.example"
        filled = piece.replace("@url", f"http://{host}").replace("@host", host)
        pieces.append(filled.replace("@name", name))
    # The names of elements are of the one or the other, too.
    text = "\n".join(pieces)
    if loopback:
        for element in "FAB":
            text = text.replace(f"id={element} ", f"id={element}{element} ")
            text = text.replace(f"id={element}>", f"id={element}{element}>")
            text = text.replace(f"{{{element}.", f"{{{element}{element}.")
            text = text.replace(f"new {element}.", f"new {element}{element}.")
        text = text.replace("formed", "formed2")
    return text


def road_of(host: str, port: int) -> str | None:
    """Which road leads to a host (an address or a name) and port; None if none does."""
    number = 0
    if host.startswith(_REMOTE):
        number = int(host.removeprefix(_REMOTE))
    elif host.startswith("r") and host.endswith((".example", ".localhost")):
        number = int(host[1:].split(".")[0])
    elif host in ("127.0.0.1", "::1"):
        number = port - _LOOPBACK_PORT
    return next((road for road, known in NUMBERS.items() if known == number), None)
