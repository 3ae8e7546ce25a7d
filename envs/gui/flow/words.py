"""What the applications are full of: people, mails, events, products, files."""

from __future__ import annotations

FIRST = (
    "Anna Ben Clara David Elena Felix Grace Hugo Irene Jonas Karin Leon Maria Nils Olga Paul Rosa "
    "Simon Tara Victor Wanda Yusuf Zoe Amir Beth Carlos Dora Emil Fiona Georg Hannah Ivan Julia "
    "Kofi Laura Marek"
).split()
LAST = (
    "Keller Novak Silva Olsen Brandt Costa Dubois Evans Fischer Garcia Hansen Ito Jansen Kowalski "
    "Larsen Meyer Nguyen Okafor Patel Quinn Rossi Schmidt Tanaka Ueda Varga Weber Yilmaz Zhang "
    "Ahmed Bauer Chen Duarte Eriksson Fontana Gruber Haddad"
).split()
SUBJECTS = (
    "Quarterly report,Team offsite,Invoice for March,Kitchen renovation,Flight to Lisbon,"
    "Project kickoff,Your parking permit,Draft contract,Photos from Sunday,Budget review,"
    "New office keys,Choir rehearsal,Lease renewal,Interview on Friday,Garden tools,"
    "Server maintenance,Book club,Travel expenses,Spring sale leaflet,School trip,"
    "Updated price list,Piano lessons,Broken dishwasher,Conference badge,Holiday plans,"
    "Insurance renewal,Bicycle repair,Concert tickets,Neighbourhood party,Tax documents,"
    "Moving boxes,Recipe for soup,Warehouse inventory,Training schedule,Birthday dinner,"
    "Missing parcel,Website feedback,Dentist reminder,Football practice,Newsletter draft,"
    "Energy bill,Hotel booking,Marathon results,Printer toner,Apartment viewing,Lost umbrella,"
    "Chess club,Summer camp,"
    "Car insurance,Annual review,Housewarming,Sailing course,Broken window,Year in pictures"
).split(",")
MESSAGES = (
    "Thank you for the update,I will be ten minutes late,Please send me the final version,"
    "Could we meet on Thursday instead,The numbers look right to me,Let us talk after lunch,"
    "I have booked the small room,The keys are at the front desk,Happy to help with that,"
    "Please call me this afternoon,The delivery has arrived,See you at the station,"
    "I agree with the new plan,The contract is signed,We need two more chairs,"
    "Can you check the second page,The printer works again,I will bring the cake,"
    "Dinner starts at seven,My train leaves at noon,The invoice is paid,"
    "We moved the meeting to room four,Good luck with the exam,The tickets are in the drawer,"
    "I forgot my umbrella at your place,The garden gate is open,Please water the plants,"
    "The report is almost finished,Our flight was cancelled,I found your scarf,"
    "The paint should be dry by now,Bring warm clothes,The workshop is fully booked,"
    "We won the match,Let me know when you land,The new chairs are lovely"
).split(",")
MEETINGS = (
    "Dentist,Team lunch,Piano lesson,Budget meeting,Yoga class,Car service,Parent evening,"
    "Book club,Project review,Haircut,Football practice,Job interview,Dinner with Sam,"
    "Choir rehearsal,Eye test,Flight to Rome,Museum visit,Swimming,Tax adviser,Board games,"
    "Garden work,Spanish class,Vet appointment,Concert,Plumber,Running club,Pottery course,"
    "Bank appointment,Picnic,Chess night,Flu shot,Wine tasting,House viewing,Theatre,Town hall,"
    "Bike tour"
).split(",")
# What a shop sells, by category: (category, icon, things).
WARES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Kitchen", "cup-hot", ("kettle", "toaster", "teapot", "frying pan", "mixer", "cutting board")),
    ("Office", "briefcase", ("desk lamp", "notebook", "stapler", "pencil case", "chair", "shelf")),
    ("Travel", "bag", ("backpack", "suitcase", "water bottle", "umbrella", "tent", "torch")),
    ("Sound", "headphones", ("headphones", "speaker", "radio", "microphone", "turntable", "alarm")),
    ("Home", "house", ("blanket", "pillow", "mirror", "rug", "vase", "wall clock")),
)
MAKES = (
    "Nordic Harbour Alpine Willow Copper Meadow Atlas Breeze Cedar Delta Ember Fjord Granite Hazel "
    "Indigo Juniper Koala Lumen Maple Nova Orchid Pebble Quartz River Saffron Tundra"
).split()
COLOURS = ("black", "white", "red", "blue", "green", "yellow")
DELIVERIES = ("Standard", "Express", "Pick up")
PAYMENTS = ("Credit card", "Invoice", "Bank transfer")
STREETS = (
    "Mill Lane,High Street,Station Road,Church Hill,Park Avenue,Bridge Street,Kings Road,"
    "Elm Grove,Victoria Square,Market Place,Orchard Way,Queens Terrace,Harbour View,Green Lane,"
    "School Road,Castle Street,Forest Drive,Garden Close,River Walk,Hill Crescent,Abbey Gate,"
    "Baker Street,Cedar Court,Duke Street"
).split(",")
CITIES = (
    "Oxford Leeds Bristol Dublin Vienna Lyon Porto Ghent Basel Turin Bergen Utrecht Graz Malmo "
    "Brno Tartu Cork Nantes Bonn Pisa Uppsala Split Delft Lugano"
).split()
FOLDERS = (
    "Work,Taxes,Holiday,Family,Receipts,School,Recipes,Garden,Music lessons,Insurance,Drafts,"
    "Archive,Invoices,Letters,Thesis,Backups,Concerts,House,Sports,Maps,Scans,Contracts,Travel,"
    "Projects,Old photos,Posters,Manuals"
).split(",")
FILES = (
    "report,budget,beach,summer,invoice,letter,minutes,notes,portrait,sunset,plan,menu,agenda,"
    "poster,contract,timetable,receipt,drawing,catalogue,essay,chapter,results,inventory,map,"
    "recipe,ticket,diploma,speech,lecture,sketch,survey,garden,wedding,harbour,bridge,statement,"
    "manual,logo,banner,passport,guide,leaflet,album,questions,answers"
).split(",")
ENDINGS = ("pdf", "jpg", "docx", "xlsx", "txt", "mp3")
TOPICS = (
    *("Billing", "Delivery", "Returns", "Warranty", "Spare parts", "Repairs", "Press"),
    *("Careers", "Gift cards", "Wholesale", "Something else"),
)
RHYTHMS = ("daily", "weekly", "monthly")
MONTHS = (
    "January February March April May June July August September October November December"
).split()
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FIRST_WEEKDAY = 3  # 1 January of the calendar's year, 2026, is a Thursday; Monday is 0


def person(first: int, last: int) -> str:
    """A full name."""
    return f"{FIRST[first]} {LAST[last]}"


def address(first: int, last: int) -> str:
    """A person's mail address."""
    return f"{FIRST[first]}.{LAST[last]}@mail.example".lower()


def clock(slot: int) -> str:
    """The time of a half-hour slot of the day, from 8 in the morning.

    >>> clock(3)
    '09:30'
    """
    return f"{8 + slot // 2:02d}:{30 * (slot % 2):02d}"
