"""What is written on made screens. Of every list, one word in four is kept for the test split."""

from __future__ import annotations

from functools import cache

TEST_SHARE = 4  # every fourth entry
Tool = tuple[str, str]  # an icon and the name of what it does


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_LISTS: dict[str, tuple[str, ...]] = {
    "first": _split(
        "Ada, Amir, Anna, Ben, Carla, Chen, Daniel, Divya, Elena, Emma, Farid, Finn, Grace, Hana,"
        "Hugo, Ines, Isaac, Jack, Jonas, Julia, Kofi, Lara, Leo, Lin, Lucia, Marco, Maya, Mei,"
        "Mia, Nadia, Noah, Olga, Omar, Paul, Priya, Rosa, Sam, Sara, Tom, Yuki, Zoe, Amara,"
        "Bruno, Clara, David, Esther, Felix, Greta, Henrik, Irina, Jorge, Karin, Louis, Nils"
    ),
    "last": _split(
        "Abe, Adeyemi, Baker, Becker, Bianchi, Brown, Carter, Costa, Diaz, Dubois, Evans,"
        "Fischer, Garcia, Gupta, Hansen, Hughes, Ito, Jansen, Jones, Kaya, Kim, Kowalski, Larsen,"
        "Lee, Lopez, Martin, Meyer, Moreau, Nguyen, Novak, Okafor, Olsen, Park, Patel, Reed,"
        "Rossi, Santos, Sato, Schmidt, Silva, Singh, Smith, Tanaka, Taylor, Wang, Weber, Wilson,"
        "Young"
    ),
    "file": _split(
        "report-2024.pdf, budget.xlsx, holiday.jpg, notes.txt, invoice_0412.pdf, main.py,"
        "logo.svg, draft-v3.docx, photos.zip, minutes.md, contract.pdf, song.mp3, backup.tar,"
        "index.html, style.css, data.csv, trip.mov, recipe.txt, plan.pptx, letter.docx,"
        "scan_001.png, keys.json, garden.jpg, thesis.tex, README.md, sales-q2.xlsx, map.png,"
        "interview.wav, taxes.pdf, wedding.jpg, config.yaml, poster.ai, survey.csv,"
        "chapter-4.docx, server.log, theme.json, menu.pdf, team-photo.jpg, timetable.xlsx,"
        "cover.psd, abstract.txt, slides-final.pptx, agenda.docx, album.zip, archive-2019.zip,"
        "audit.pdf, banner.png, beach.jpg, bill_0098.pdf, brochure.pdf, build.py, calendar.csv,"
        "cat.jpg, certificate.pdf, chart.svg, checklist.md, client.py, colours.css, concert.mp3,"
        "costs.xlsx, database.json, demo.mov, diagram.svg, diary.txt, error.log, essay.docx,"
        "exam.pdf, export.csv, family.jpg, flyer.ai, forecast.xlsx, form.html, guide.pdf,"
        "hours.xlsx, icon.png, ideas.md, inventory.csv, itinerary.pdf, kitchen.jpg, lecture.mp3,"
        "licence.txt, list.txt, manual.pdf, mountain.jpg, newsletter.html, offer.docx,"
        "orders.csv, passport.png, payroll.xlsx, pitch.pptx, podcast.wav, portrait.psd,"
        "prices.csv, proposal.docx, quiz.html, receipt_771.pdf, results.json, rooms.yaml,"
        "schedule.xlsx, script.py, settings.yaml, shopping.txt, sketch.psd, snow.jpg,"
        "speech.docx, statement.pdf, summary.md, sunset.jpg, syllabus.pdf, tests.py, ticket.pdf,"
        "todo.txt, train.mov, translation.docx, video-call.mov, voucher.pdf, waltz.mp3,"
        "website.html, workshop.pptx"
    ),
    "folder": _split(
        "Documents, Pictures, Music, Downloads, Desktop, Projects, Archive, Shared, Work, Family,"
        "Invoices, Templates, Backups, Screenshots, Videos, Taxes, Research, Clients, Drafts,"
        "Temp, Fonts, Scripts, Letters, Receipts, Contracts, Budgets, Reports, Recipes, Travel,"
        "Wedding, School, Garden, Health, Insurance, Photos 2023, Photos 2024, Podcasts, Books,"
        "Games, Samples, Exports, Old, Public, Private, Notes, Design, Logos, Website, Source,"
        "Tests, Releases, Meetings, Customers, Suppliers, Payroll, Manuals, Maps, Scans,"
        "Presentations, Sketches"
    ),
    "subject": _split(
        "Your order has shipped, Meeting moved to Thursday, Lunch tomorrow?, Invoice for March,"
        "Welcome to the team, Photos from Sunday, Password changed, Draft of chapter two,"
        "Flight check-in is open, Re: budget questions, Weekly summary, Rent reminder,"
        "Your ticket is confirmed, New comment on your post, Parking permit, Holiday plans,"
        "Minutes of the board, Dentist appointment, Feedback on the demo, Library books due,"
        "Contract to sign, Happy birthday!, Road works on Mill Lane, Newsletter: spring issue,"
        "Server maintenance tonight, Recipe for the soup, Interview on Monday, Delivery delayed,"
        "Concert tickets, Notes from the workshop, Your statement is ready, Keys at the desk,"
        "Choir practice is cancelled, Train times for Saturday, Question about the lease,"
        "Coffee next week?, Results of the survey, Application received, Lost property,"
        "Re: spare key, New address, Sale ends today, Your subscription renews soon,"
        "Fire drill at noon, Slides for the talk, Bike repair finished, Thank you!,"
        "Table for six, Visa documents, Class photo, Second reminder, Changes to the timetable,"
        "Garden party, Insurance claim, Job offer, Hotel booking, Spare tickets?,"
        "Team lunch on Wednesday, Missing receipt, Broken link on the site, Exam dates,"
        "Football on Tuesday, Price list 2025, Plumber comes at nine"
    ),
    "product": _split(
        "Desk lamp, Wool scarf, Running shoes, Coffee grinder, Backpack, Water bottle,"
        "Headphones, Office chair, Tea set, Phone case, Rain jacket, Garden hose, Bread knife,"
        "Alarm clock, Yoga mat, Camping stove, Picture frame, Board game, Winter boots, Keyboard,"
        "Bath towel, Bicycle bell, Notebook, Frying pan, Sun hat, Toolbox, Candle, Travel mug,"
        "Hand cream, Floor rug, Wall clock, Pillow, Umbrella, Desk fan, Guitar strings,"
        "Cook book, Wine glass, Sleeping bag, Table lamp, Step ladder, Hair dryer, Chess set,"
        "Lunch box, Garden chair, Rice cooker, Door mat, Sketch pad, Bike pump, Wool blanket,"
        "Soup bowl, Flower pot, Tent, Hiking poles, Mouse pad, Desk mat, Coat rack, Paper lamp,"
        "Salt mill, Baking tray, Kettle, Toaster, Cutting board, Swim goggles, Tennis racket,"
        "Football, Puzzle, Paint set, Clay pot, Bath mat, Curtain, Mirror, Shelf"
    ),
    "command": _split(
        "Save, Cancel, Open, Print, Share, Delete, Rename, Copy, Paste, Undo, Redo, Find,"
        "Replace, Export, Import, Refresh, Upload, Download, Send, Reply, Forward, Archive,"
        "Mark as read, Add to cart, Check out, Sign in, Sign out, Create account, Next, Back,"
        "Continue, Finish, Apply, Reset, Submit, Close, Help, Preview, Publish, Duplicate, Merge,"
        "Split, Compare, New folder, Select all, Sort by name, Run, Stop, Pause, Restart,"
        "Install, Update, Remove, Edit profile, Change password, Invite people, Add note,"
        "Attach file, Block, Report, Subscribe, Follow, Buy now, Track order, Start trial,"
        "View details, Show more, Filter, Schedule, Join call, Mute all, Record, Rotate, Crop,"
        "Zoom to fit, Full screen, Lock, Approve, Decline, Assign, Unsubscribe, Bookmark, Clear,"
        "Collapse all, Expand all, Convert, Crop picture, Customise, Deploy, Disconnect, Connect,"
        "Discard, Eject, Enable, Disable, Encrypt, Erase, Favourite, Group, Ungroup, Hide,"
        "Highlight, Import contacts, Insert row, Invert, Leave, Load more, Log in, Maximise,"
        "Move to folder, Open in new tab, Pay now, Pin, Unpin, Play all, Quote, Rate, Reconnect,"
        "Refund, Register, Reject, Reload, Reorder, Resend, Restore, Revert, Review, Scan,"
        "Search, Set as default, Skip, Star, Sync, Translate, Transfer, Trim, Try again, Verify,"
        "View log, Withdraw, Wrap text"
    ),
    "menu": _split(
        "File, Edit, View, Insert, Format, Tools, Help, Window, Go, Selection, Run, Terminal,"
        "Image, Layer, Filter, Table, Data, Review, Bookmarks, History, Arrange, Effects, Object,"
        "Type, Build, Debug, Slide Show, References, Mailings, Project, Select, Filters, Colours,"
        "Account, Message, Playback, Audio, Video, Share, Options"
    ),
    "section": _split(
        "Home, Overview, Products, Orders, Customers, Reports, Settings, Messages, Calendar,"
        "Team, Billing, Support, Analytics, Projects, Tasks, Library, Inbox, Explore, Favourites,"
        "About, Pricing, Blog, Contact, Downloads, Security, Notifications, Profile,"
        "Integrations, Courses, Events, Discover, Wish list, Account, Activity, Addresses,"
        "Albums, Announcements, Appearance, Archive, Automation, Branches, Campaigns, Careers,"
        "Categories, Clients, Comments, Community, Contracts, Coupons, Deals, Departments,"
        "Devices, Documents, Drafts, Feedback, Forecast, Gallery, Goals, Groups, History, Ideas,"
        "Inventory, Invoices, Jobs, Leads, Locations, Members, Networks, Offers, Partners,"
        "People, Payments, Places, Plans, Playlists, Policies, Press, Recent, Refunds, Releases,"
        "Reviews, Rooms, Sales, Schedule, Services, Shipping, Staff, Stores, Subscriptions,"
        "Surveys, Tickets, Trends, Tutorials, Users, Vendors, Videos, Warehouse, Workflows"
    ),
    "setting": _split(
        "Wi-Fi, Bluetooth, Airplane mode, Dark mode, Night light, Location, Notifications,"
        "Sounds, Vibration, Auto-update, Backup, Battery saver, Screen lock, Face unlock,"
        "Large text, Reduce motion, Spell check, Autosave, Show line numbers, Word wrap,"
        "Two-step sign-in, Personal hotspot, Mobile data, Roaming, Do not disturb, Captions,"
        "High contrast, Smart replies, Sync photos, Offline maps, Keyboard clicks, Raise to wake,"
        "Automatic updates, Show seconds, Auto-brightness, Mono audio, Magnifier, Touch sounds,"
        "Mobile hotspot, Usage statistics, Parental controls, App limits, Guest mode,"
        "Show battery share, Lock rotation, Find my device, Wi-Fi calling, Data saver,"
        "Read receipts, Typing indicators, Link previews, Auto-download, Emoji suggestions,"
        "Swipe to delete, Show hidden files, Confirm before sending, Remember passwords,"
        "Block pop-ups, Send crash reports, Start on login, Snap to grid, Show rulers,"
        "Dim when idle, Hot corners, Keep awake, Grammar check, Compact view, Show thumbnails"
    ),
    "detail": _split(
        "Off while on battery, Used by 3 apps, Last changed yesterday, Recommended, Connected,"
        "Every day at 22:00, Only while charging, Asks every time, Saved on this device,"
        "12 devices, Nobody else can see this, Needs a restart, On for everybody, Not set up,"
        "Two of five in use, Follows the system, Off at night, Only on Wi-Fi, Never used,"
        "Uses more power, Ask an administrator, Last backup on Monday, All folders,"
        "Until tomorrow morning"
    ),
    "field": _split(
        "First name, Last name, Email, Phone, Street, City, Postcode, Country, Company, Website,"
        "Username, Password, Card number, Date of birth, Subject, Notes, Order number,"
        "Discount code, Delivery date, Quantity, Job title, Department, Reference, IBAN,"
        "Middle name, House number, Region, Fax, Nickname, Security code, Expiry date,"
        "Account holder, Message, Comments, Voucher, Weight, Height, Size, Colour, Start date,"
        "End date, Guests, Rooms, Passport number, Licence plate, Tax number, Team, Manager,"
        "Salary, Room, Project name, Description, Budget, Priority, Due date, Assigned to,"
        "Host name, Port, Path, Key"
    ),
    "choice": _split(
        "English, Deutsch, Standard, Express, Daily, Weekly, Monthly, Small, Medium, Large,"
        "Public, Private, Automatic, Never, Newest first, Price: low to high, All categories,"
        "Europe, USD, EUR, Last 7 days, Last 30 days, PDF, Landscape, Francais, Espanol, Svenska,"
        "Economy, First class, Hourly, Yearly, Extra large, Friends only, Team only, Always,"
        "Sometimes, Oldest first, Price: high to low, Best rated, Electronics, Clothing, Books,"
        "Asia, Africa, GBP, JPY, This week, This year, PNG, JPEG, Portrait, A4, Letter, Metric,"
        "Imperial, Light, Dark, System, High, Medium quality, Low, Home, Office, Draft, Final,"
        "Open now, In stock, On sale, Free delivery, Nearby, Unread, Starred, Mine, Overdue"
    ),
    "title": _split(
        "Quarterly results, Team directory, Trip to Lisbon, Account settings, Photo library,"
        "Order history, Text editor, Mail, Calculator, Music, Calendar, File manager, Task board,"
        "Print, Preferences, Untitled, Project plan, Weather, Notes, System monitor, Dashboard,"
        "Customer support, Course list, Recipe book, Budget planner, Reading list, Chat, Maps,"
        "Invoice 2041, Guest list, Photo editor, Music library, Shopping list, Flight tracker,"
        "Language course, Stock list, Room booking, Expense report, Wiki, Issue tracker,"
        "Video editor, Podcast player, Bank account, Fitness log, Garden plan, Family tree,"
        "Ticket desk, Map editor, Release notes, Sales pipeline, Team chat, Survey results,"
        "Press kit, Job board, News reader, Travel diary"
    ),
    "song": _split(
        "Morning Train, Paper Boats, Silver Lake, Two Lanterns, Slow River, Hello November,"
        "Blue Door, The Long Way, Harbour Lights, Winter Garden, Second Street, Glass Houses,"
        "Northern Sky, Old Radio, Summer Rain, Half a Mile, Copper Sky, Letters Home, Tall Grass,"
        "Winding Road, Neon River, Small Hours, Foxglove, Paper Moon, Easy Does It, Lighthouse,"
        "Cold Water, First Snow, Golden Mile, Driftwood, City Birds, Marble Steps, Night Bus,"
        "Open Window, Salt and Stone, Red Balloon, Quiet Fire, Sundown, Thin Ice, Velvet Morning,"
        "Wild Honey, Yellow Coat, Rooftops, Echo Park, Last Ferry, Clockwork, Evergreen,"
        "Stargazer"
    ),
    "sentence": _split(
        "The meeting starts at ten in the large room., Please bring the printed copies with you.,"
        "We have moved the release to the end of the month.,"
        "Three of the five tests have passed so far., I will call you when the train arrives.,"
        "The new shelves are stronger than the old ones., Nobody has answered the survey yet.,"
        "Rain is expected in the north this evening.,"
        "The keys are with the neighbour downstairs.,"
        "Add the flour slowly and stir until smooth., Our offices stay closed on Friday.,"
        "See the appendix for the full list of parts., Thanks for the quick answer!,"
        "Sounds good to me., Can you send me the address?, On my way!, Great - see you at eight.,"
        "The second lift is out of order until noon., Most of the visitors come by train.,"
        "A light breeze is blowing from the sea., The museum opens an hour later on Sundays.,"
        "Every parcel has been weighed twice., We are looking for somebody who speaks Danish.,"
        "The battery lasts for about nine hours., Fold the sheet along the dotted line.,"
        "Last year the harvest was smaller., Nothing needs to be done before Tuesday.,"
        "The path follows the river to the old mill.,"
        "Press the button until the light turns green., Our new colleague starts next week.,"
        "The bridge was built in three months., Half of the seats are already taken.,"
        "She wrote the first chapter in a tent., The price includes breakfast and parking.,"
        "Keep the medicine in a cool place., No tickets are sold on board.,"
        "It takes a minute to load all the pictures., The committee will vote in the afternoon.,"
        "Both keys open the garden door., They painted the kitchen yellow."
    ),
    "question": _split(
        "Save changes before closing?, Delete this file?, Leave this page?, Allow notifications?,"
        "Replace the existing item?, Empty the bin?, Sign out of all devices?,"
        "Install the update now?, Discard this draft?, Turn off the computer?,"
        "Share with everyone?, Cancel the order?, Move to the archive?, Restart now?,"
        "Keep both files?, Try again?, Use this location?, Report this message?,"
        "Join the meeting?, Overwrite the draft?, Clear the history?, Sign in again?,"
        "Remember this device?, Stop the download?"
    ),
    "code": (
        "def area(width, height):", "    return width * height", "for row in table:",
        "    total += row.price", "if not items:", "    raise ValueError(name)",
        "import math", "class Basket:", "    def add(self, item):",
        "        self.items.append(item)", "print(f'{total:.2f}')", "while queue:",
        "    node = queue.pop()", "# sort by date, then name",
        "return sorted(rows, key=by_date)", "with open(path) as file:",
        "        names.append(line.strip())", "x, y = y, x + y", "assert width > 0", "try:",
        "    socket.connect(address)", "except OSError as error:", "    log.warning(error)",
        "def main() -> None:", "    args = parse(sys.argv)", "lines = text.splitlines()",
        "best = max(scores, default=0)", "for i, word in enumerate(words):",
        "    counts[word] += 1", "elif mode == 'fast':", "    step *= 2", "yield from walk(root)",
    ),
}  # fmt: skip

_TOOLS: tuple[Tool, ...] = (
    ("bell", "Notifications"), ("gear", "Settings"), ("search", "Search"), ("trash", "Delete"),
    ("pencil", "Edit"), ("printer", "Print"), ("save", "Save"), ("scissors", "Cut"),
    ("clipboard", "Paste"), ("star", "Add to favourites"), ("heart", "Like"), ("share", "Share"),
    ("download", "Download"), ("upload", "Upload"), ("arrow-clockwise", "Refresh"),
    ("arrow-counterclockwise", "Undo"), ("three-dots-vertical", "More options"),
    ("funnel", "Filter"), ("calendar", "Calendar"), ("envelope", "Messages"),
    ("person-circle", "Account"), ("question-circle", "Help"), ("plus-lg", "Add"),
    ("paperclip", "Attach file"), ("image", "Insert picture"), ("link-45deg", "Insert link"),
    ("type-bold", "Bold"), ("type-italic", "Italic"), ("type-underline", "Underline"),
    ("text-left", "Align left"), ("text-center", "Align centre"), ("text-right", "Align right"),
    ("list-ul", "Bulleted list"), ("list-ol", "Numbered list"), ("code-slash", "Code"),
    ("table", "Insert table"), ("zoom-in", "Zoom in"), ("zoom-out", "Zoom out"),
    ("fullscreen", "Full screen"), ("crop", "Crop"), ("brush", "Brush"), ("eraser", "Eraser"),
    ("eyedropper", "Pick a colour"), ("palette", "Colours"), ("rulers", "Measure"),
    ("magic", "Magic wand"), ("layers", "Layers"), ("lock", "Lock"), ("unlock", "Unlock"),
    ("eye", "Show"), ("eye-slash", "Hide"), ("bookmark", "Bookmark"), ("flag", "Flag"),
    ("tag", "Tags"), ("reply", "Reply"), ("reply-all", "Reply to all"), ("forward", "Forward"),
    ("archive", "Archive"), ("inbox", "Inbox"), ("send", "Send"), ("mic", "Microphone"),
    ("camera-video", "Video call"), ("telephone", "Call"), ("chat-dots", "Chat"),
    ("volume-up", "Volume"), ("volume-mute", "Mute"), ("play-fill", "Play"),
    ("pause-fill", "Pause"), ("skip-end-fill", "Next track"), ("skip-start-fill", "Previous track"),
    ("shuffle", "Shuffle"), ("repeat", "Repeat"), ("cast", "Cast"), ("wifi", "Network"),
    ("bluetooth", "Bluetooth"), ("moon", "Dark mode"), ("sun", "Light mode"), ("globe", "Language"),
    ("house", "Home"), ("folder", "Files"), ("folder-plus", "New folder"), ("grid", "Apps"),
    ("layout-sidebar", "Toggle sidebar"), ("list", "Menu"), ("columns", "Columns"),
    ("sort-down", "Sort"), ("box-arrow-right", "Log out"), ("power", "Power"),
    ("cart", "Shopping cart"), ("credit-card", "Payment"), ("geo-alt", "Location"), ("map", "Map"),
    ("bar-chart", "Statistics"), ("pie-chart", "Report"), ("cloud-upload", "Back up"),
    ("terminal", "Terminal"), ("bug", "Debug"), ("git", "Source control"), ("puzzle", "Extensions"),
    ("keyboard", "Keyboard"), ("translate", "Translate"), ("fonts", "Font"), ("cursor", "Select"),
    ("arrows-move", "Move"), ("people", "People"), ("person-plus", "Add a person"),
    ("clock-history", "History"), ("info-circle", "Information"), ("shield-check", "Security"),
    ("spellcheck", "Check spelling"), ("lightning-charge", "Run"), ("stop-fill", "Stop"),
    ("stopwatch", "Timer"), ("alarm", "Alarm"), ("calculator", "Calculator"),
    ("book", "Dictionary"),
    ("music-note-beamed", "Music"), ("camera", "Camera"), ("journal-text", "Notes"),
    ("newspaper", "News"), ("cloud-sun", "Weather"), ("wallet", "Wallet"), ("joystick", "Games"),
    ("film", "Videos"), ("images", "Photos"), ("headphones", "Podcasts"), ("train-front", "Trains"),
)  # fmt: skip

_FILE_ICONS = {
    "pdf": "file-earmark-pdf", "xlsx": "file-earmark-spreadsheet",
    "csv": "file-earmark-spreadsheet",
    "jpg": "file-earmark-image", "png": "file-earmark-image", "svg": "file-earmark-image",
    "psd": "file-earmark-image", "ai": "file-earmark-image", "mp3": "file-earmark-music",
    "wav": "file-earmark-music", "zip": "file-earmark-zip", "tar": "file-earmark-zip",
    "py": "file-earmark-code", "html": "file-earmark-code", "css": "file-earmark-code",
    "json": "file-earmark-code", "yaml": "file-earmark-code", "mov": "film",
}  # fmt: skip


@cache
def words(kind: str, split: str) -> tuple[str, ...]:
    """The words of a list that a split may show.

    Args:
        kind: "first", "file", "command", ...: a list of this file.
        split: "train" or "test"; what one shows the other never does.

    >>> set(words("file", "train")) & set(words("file", "test"))
    set()
    """
    return tuple(w for n, w in enumerate(_LISTS[kind]) if _is_test(n) == (split == "test"))


@cache
def tools(split: str) -> tuple[Tool, ...]:
    """Icons and what they do; the two splits share none."""
    return tuple(tool for n, tool in enumerate(_TOOLS) if _is_test(n) == (split == "test"))


def every_text() -> tuple[str, ...]:
    """Everything that may be written on a page or be the name of a control, of both splits."""
    return (*(text for texts in _LISTS.values() for text in texts), *(name for _, name in _TOOLS))


def file_icon(name: str) -> str:
    """The icon of a file by the end of its name.

    >>> file_icon("song.mp3")
    'file-earmark-music'
    """
    return _FILE_ICONS.get(name.rsplit(".", 1)[-1], "file-earmark-text")


def _is_test(number: int) -> bool:
    return number % TEST_SHARE == TEST_SHARE - 1
