"""What people call icons and what the icons do; verbs that names of actions begin with."""

from __future__ import annotations

import re

# Icon -> (what it shows, what a click does). Font Awesome's names stand beside Bootstrap's.
_TABLE = """
alarm|alarm clock|see the alarms
archive|archive box|archive it
arrow-clockwise|clockwise arrow|refresh
arrow-counterclockwise|counterclockwise arrow|undo the last change
arrow-left|left arrow|go back
arrow-repeat|pair of circling arrows|sync
arrow-right|right arrow|go on to what comes next
at|at sign|mention somebody
backspace|backspace key|delete the last character
bag|shopping bag|see what is in the bag
bag-plus|shopping bag with a plus|put it in the bag
bar-chart|bar chart|see the statistics
basket|basket|see what is in the basket
battery-full|battery|see the battery's charge
bell|bell|see the notifications
bell-slash|crossed-out bell|silence the notifications
bluetooth|Bluetooth sign|open the Bluetooth settings
book|book|open the reading list
bookmark|bookmark|bookmark it
box-arrow-right|door with an arrow out|log out
box-arrow-in-right|door with an arrow in|log in
briefcase|briefcase|open work
brush|brush|paint with a brush
bug|beetle|report a fault
calculator|calculator|calculate
calendar|calendar|see the calendar
camera|camera|take a photograph
camera-video|video camera|start a video call
cart|shopping cart|see what is in the cart
cart-plus|shopping cart with a plus|put it in the cart
cash|banknote|pay in cash
cast|cast sign|show it on another screen
chat|speech bubble|open the chat
chat-dots|speech bubble with dots|open the chat
check|tick|confirm
check-all|double tick|mark everything as read
check-circle|circled tick|confirm
chevron-double-left|double chevron to the left|fold the side bar away
chevron-double-right|double chevron to the right|jump to the end
clipboard|clipboard|paste
clock|clock|see the time
clock-history|clock with an arrow around it|see the history
cloud|cloud|open the cloud storage
cloud-download|cloud with an arrow down|download it from the cloud
cloud-upload|cloud with an arrow up|upload it to the cloud
code|angle brackets|see the source code
code-slash|angle brackets with a slash|see the source code
compass|compass|explore
copy|two sheets|copy it
cpu|processor chip|see the processor's load
credit-card|credit card|pay by card
crop|crop marks|crop the picture
cup-hot|steaming cup|take a break
database|database drum|open the database
display|screen|change how the screen looks
download|arrow down into a tray|download it
droplet|drop|pick the ink
easel|easel|start the presentation
eject|eject sign|eject the disk
emoji-smile|smiling face|insert a smiley
envelope|envelope|read the messages
eraser|eraser|rub it out
exclamation-circle|circled exclamation mark|see what went wrong
exclamation-triangle|warning triangle|see the warning
eye|eye|show what is hidden
eye-slash|crossed-out eye|hide it
eyedropper|eyedropper|pick a colour from the picture
fast-forward|fast-forward sign|wind forwards
file-earmark-plus|sheet with a plus|make a new file
film|film strip|open the films
filter|filter lines|filter the list
fire|flame|see what is popular
flag|flag|flag it
floppy|floppy disk|save
folder|folder|open the folder
folder-plus|folder with a plus|make a new folder
folder2-open|open folder|open a file
fonts|letter A|choose the font
forward|forward arrow|forward it
fullscreen|four corners|fill the screen
funnel|funnel|filter the list
gear|gear|open the settings
geo-alt|map pin|see where it is
gift|gift|see the offers
git|Git sign|see the versions
github|cat's head|see the code on GitHub
globe|globe|change the language
google|letter G|continue with Google
graph-up|rising line chart|see the trend
grid|grid of squares|show it as a grid
grid-3x3-gap|grid of nine squares|show all the apps
hand-thumbs-down|thumb pointing down|dislike it
hand-thumbs-up|thumb pointing up|like it
hash|hash sign|add a tag
headphones|headphones|choose the headphones
headset|headset|call support
heart|heart|add it to the favourites
highlighter|highlighter pen|highlight the text
hourglass|hourglass|see how long is left
house|house|go to the start page
image|picture|insert a picture
images|stack of pictures|open the pictures
inbox|inbox tray|open the inbox
info-circle|circled letter i|learn more about it
joystick|joystick|play a game
journal|notebook|open the notes
key|key|change the password
keyboard|keyboard|show the keyboard
laptop|laptop|see the computer
layers|stack of layers|see the layers
layout-sidebar|side bar|show or hide the side bar
life-preserver|life ring|get help
lightbulb|light bulb|see the tips
lightning|lightning bolt|run it
lightning-charge|lightning bolt|run it
link|chain link|insert a link
list|three bars|open the menu
list-check|list with ticks|see the tasks
list-ol|numbered list|number the list
list-task|list of tasks|see the tasks
list-ul|bulleted list|show it as a list
lock|padlock|lock it
magic|magic wand|improve it automatically
map|map|see the map
megaphone|megaphone|announce it
mic|microphone|speak
mic-mute|crossed-out microphone|mute the microphone
moon|moon|switch to the dark theme
moon-stars|moon with stars|switch to the dark theme
mouse|mouse|set up the mouse
music-note|music note|play the music
music-note-beamed|pair of music notes|play the music
music-note-list|music list|see the playlist
newspaper|newspaper|read the news
palette|palette|change the colours
paint-bucket|paint bucket|fill it with colour
paperclip|paper clip|attach a file
pause|pause sign|pause
pencil|pencil|edit it
pencil-square|pencil on a square|write a new one
people|group of people|see the members
person|person|see the profile
person-circle|person in a circle|see the profile
person-plus|person with a plus|invite somebody
phone|phone|see the phone
pie-chart|pie chart|see the shares
piggy-bank|piggy bank|see the savings
pin|pin|pin it
pin-angle|drawing pin|pin it
play|play sign|play
play-circle|circled play sign|play
plug|plug|see the extensions
plus|plus|add a new one
plus-circle|circled plus|add a new one
plus-square|plus in a square|add a new one
power|power sign|switch it off
printer|printer|print
puzzle|puzzle piece|see the extensions
qr-code|square code|show the code to scan
question-circle|circled question mark|get help
receipt|receipt|see the receipt
record-circle|record sign|record
repeat|repeat sign|repeat it
reply|reply arrow|answer it
reply-all|double reply arrow|answer all of them
rocket|rocket|publish it
rss|feed sign|subscribe to the feed
rulers|ruler|measure
scissors|pair of scissors|cut it
search|magnifying glass|search
send|paper plane|send it
server|server|see the servers
share|share sign|share it
shield|shield|see the safety settings
shield-check|shield with a tick|see the safety settings
shield-lock|shield with a padlock|see the safety settings
shop|shop front|go to the shop
shuffle|crossing arrows|shuffle the songs
skip-end|skip-forward sign|go to the next song
skip-start|skip-back sign|go to the previous song
skip-forward|skip-forward sign|go to the next song
skip-backward|skip-back sign|go to the previous song
sliders|sliders|adjust it
snow|snowflake|cool it
sort-down|bars that get shorter|sort the list
speaker|loudspeaker|choose the loudspeaker
speedometer|speedometer|see the speed
spellcheck|letters with a tick|check the spelling
star|star|mark it as important
stickies|sticky note|add a note
stop|stop sign|stop
stopwatch|stopwatch|time it
sun|sun|switch to the light theme
table|table|insert a table
tablet|tablet|see the tablet
tag|tag|tag it
telephone|telephone receiver|call
telephone-x|telephone receiver with a cross|hang up
terminal|prompt sign|open the command line
text-center|centred lines|centre the text
text-left|lines aligned on the left|align the text on the left
text-right|lines aligned on the right|align the text on the right
three-dots|three dots|see more options
three-dots-vertical|three dots one above the other|see more options
toggles|pair of switches|adjust it
tools|crossed tools|repair it
translate|pair of letters of two scripts|translate it
trash|dustbin|delete it
trophy|cup|see the results
truck|lorry|see the delivery
type-bold|bold letter B|make the text bold
type-italic|slanting letter I|make the text italic
type-strikethrough|struck-out letter S|strike the text out
type-underline|underlined letter U|underline the text
umbrella|umbrella|see the insurance
unlock|open padlock|unlock it
upload|arrow up out of a tray|upload a file
usb|USB sign|see the USB devices
volume-down|loudspeaker with one wave|turn the sound down
volume-mute|muted loudspeaker|mute the sound
volume-up|loudspeaker with waves|turn the sound up
wallet|wallet|see the wallet
wifi|Wi-Fi waves|open the network settings
wifi-off|crossed-out Wi-Fi waves|go online
window|window|open a new window
wrench|wrench|open the tools
x|cross|close it
x-circle|circled cross|cancel it
zoom-in|magnifying glass with a plus|enlarge it
zoom-out|magnifying glass with a minus|make it smaller
"""
_ALIASES = {
    "bars": "list",
    "cog": "gear",
    "cogs": "gear",
    "close": "x",
    "comment": "chat",
    "comments": "chat",
    "donate": "cash",
    "edit": "pencil-square",
    "ellipsis-h": "three-dots",
    "ellipsis-v": "three-dots-vertical",
    "facebook-f": "facebook",
    "house-door": "house",
    "house-fill": "house",
    "info": "info-circle",
    "link-45deg": "link",
    "mail": "envelope",
    "map-pin": "geo-alt",
    "mobile": "phone",
    "print": "printer",
    "save": "floppy",
    "settings": "gear",
    "sign-out": "box-arrow-right",
    "tachometer": "speedometer",
    "times": "x",
    "trash3": "trash",
    "user": "person",
    "users": "people",
}
ICONS: dict[str, tuple[str, str]] = {
    name: (shows, does)
    for name, shows, does in (line.split("|") for line in _TABLE.strip().splitlines())
}
# What buttons with these names do, in other words. As rivals of icons they count by the same words.
FUNCTIONS: dict[str, str] = {
    "log out": "log out",
    "logout": "log out",
    "sign out": "log out",
    "log in": "log in",
    "login": "log in",
    "sign in": "log in",
    "settings": "open the settings",
    "preferences": "open the settings",
    "notifications": "see the notifications",
    "help": "get help",
    "help & support": "get help",
    "search": "search",
    "messages": "read the messages",
    "inbox": "open the inbox",
    "trash": "see what was deleted",
    "sent": "see what was sent",
    "drafts": "see the unfinished letters",
    "spam": "see the unwanted letters",
    "delete": "delete it",
    "remove": "delete it",
    "save": "save",
    "save changes": "save",
    "save draft": "keep it for later",
    "cancel": "cancel it",
    "close": "close it",
    "send": "send it",
    "reply": "answer it",
    "forward": "forward it",
    "forgot password?": "get a new password",
    "register": "make an account",
    "sign up": "make an account",
    "create account": "make an account",
    "create an account!": "make an account",
    "older": "see older messages",
    "newer": "see newer messages",
    "next": "go on to what comes next",
    "previous": "go back",
    "back": "go back",
    "home": "go to the start page",
    "profile": "see the profile",
    "my profile": "see the profile",
    "account": "see the profile",
    "cart": "see what is in the cart",
    "basket": "see what is in the basket",
    "checkout": "pay for the order",
    "go to checkout": "pay for the order",
    "place order": "pay for the order",
    "buy now": "buy it at once",
    "add to cart": "put it in the cart",
    "add to basket": "put it in the basket",
    "print": "print",
    "download": "download it",
    "export": "download it",
    "upload": "upload a file",
    "share": "share it",
    "undo": "undo the last change",
    "refresh": "refresh",
    "calendar": "see the calendar",
    "copy": "copy it",
    "paste": "paste",
    "cut": "cut it",
    "filter": "filter the list",
    "sort": "sort the list",
    "pay": "pay for it",
    "dark": "switch to the dark theme",
    "light": "switch to the light theme",
    "dark mode": "switch to the dark theme",
    "light mode": "switch to the light theme",
    "language": "change the language",
    "mute": "mute the sound",
    "more": "see more options",
    "more options": "see more options",
    "menu": "open the menu",
    "bold": "make the text bold",
    "italic": "make the text italic",
    "underline": "underline the text",
    "confirm": "confirm",
    "ok": "confirm",
    "apply": "confirm",
    "submit": "send the form",
    "reset": "put everything back as it was",
    "restore defaults": "put everything back as it was",
    "view all": "see all of them",
    "show all": "see all of them",
    "mark all read": "mark everything as read",
    "subscribe": "get the newsletter",
    "unsubscribe": "stop the newsletter",
    "play": "play",
    "pause": "pause",
    "next track": "go to the next song",
    "previous track": "go to the previous song",
    "shuffle": "shuffle the songs",
    "repeat": "repeat it",
    "new folder": "make a new folder",
    "new message": "write a new one",
    "compose": "write a new one",
}
# An accessible name that begins so says what the control does.
VERBS = frozenset(
    """add align archive attach block bookmark browse call cancel change check choose clear close
    collapse comment compose copy create cut decrease delete dislike dismiss download duplicate edit
    enlarge enter expand export filter find flag fold follow format forward go hide highlight import
    increase indent insert invite jump like lock log make mark mention merge minimise minimize mute
    new next open paste pause pin play play/pause previous print publish quit redo refresh reload
    remove rename repeat reply report reset restore rotate run save scroll search see select send
    share show shuffle skip sort speak star start stop strike switch sync tag take toggle translate
    turn undo unfold unlock unmute unpin unstar upload use view watch write zoom""".split()
)
# How a control is called by its role, where no better word is known.
KINDS: dict[str, str] = {
    "button": "button",
    "link": "link",
    "textbox": "field",
    "searchbox": "field",
    "combobox": "list box",
    "listbox": "list box",
    "spinbutton": "number field",
    "checkbox": "checkbox",
    "radio": "radio button",
    "switch": "switch",
    "slider": "slider",
    "tab": "tab",
    "menuitem": "menu entry",
    "option": "option",
    "columnheader": "column heading",
    "rowheader": "row heading",
    "row": "row",
    "gridcell": "cell",
    "treeitem": "entry",
    "listitem": "entry",
}
_ENDINGS = re.compile(r"-(fill|lg|alt|o|f|left-text)$")


def icon_name(icon: str) -> str:
    """The plain name of an icon: ``"bi-bell-fill"`` and ``"fa-bell"`` are ``"bell"``.

    >>> icon_name("bi-trash3-fill"), icon_name("fa-cogs"), icon_name("")
    ('trash', 'gear', '')
    """
    name = _ENDINGS.sub("", icon.removeprefix("bi-").removeprefix("fa-"))
    return _ALIASES.get(name, name)
