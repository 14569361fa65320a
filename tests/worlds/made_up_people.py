"""Made-up names of persons in several languages, and names of places named after persons."""

from __future__ import annotations

import random

PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "Spanish": (
        ("María", "José", "Juan", "Ana", "Luis", "Rosa", "Pedro", "Carmen", "Miguel", "Javier", "Laura", "Jesús"),
        ("Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez", "Cruz"),
        "{0} {1} {2}",
    ),
    "Spanish, family names first": (
        ("MARIA", "JOSE", "JUAN", "ANA", "LUIS", "ROSA", "PEDRO"),
        ("HERNANDEZ", "GARCIA", "MARTINEZ", "LOPEZ", "GONZALEZ", "PEREZ"),
        "{1} {2}, {0}",
    ),
    "English": (("John", "Mary", "Robert", "Patricia", "Michael", "Linda", "David"), ("Smith", "Okafor", "Walker", "Kowalski", "Brown", "Haley", "Jones"), "{0} {1}"),
    "officers": (("Ofc.", "Sgt.", "Det.", "Officer", "Deputy"), ("Smith", "Okafor", "Walker", "Kowalski", "Brown", "Haley", "Jones", "Strand", "Vento"), "{0} {1} #{3}"),
    "initials": (("J.", "M.", "R.", "P.", "K."), ("Smith", "Okafor", "Walker", "Kowalski", "Brown", "Haley", "Jones"), "{0} {1}"),
    "German": (("Hans", "Petra", "Jürgen", "Sabine", "Uwe", "Monika", "Thomas"), ("Müller", "Schmidt", "Kowalke", "Niemeier", "Wolf", "Steckel"), "{0} {1}"),
    "Swedish": (("Anna-Karin", "Lars", "Kerstin", "Åke", "Göran", "Ingrid"), ("Lindström", "Ekström", "Sandberg", "Norén", "Åkesson"), "{0} {1}"),
    "Russian": (("Иван", "Анна", "Пётр", "Ольга", "Сергей"), ("Кузнецов", "Соколова", "Шевченко", "Морозов"), "{1} {0}"),
    "Korean": (("철수", "영희", "민준", "서연", "지훈", "하은"), ("김", "이", "박", "최", "정"), "{1}{0}"),
    "Japanese": (("花子", "太郎", "健一", "美咲", "翔太"), ("佐藤", "鈴木", "高橋", "田中", "渡辺"), "{1} {0}"),
    "Vietnamese": (("Văn Hùng", "Thị Hoa", "Minh Tuấn", "Thu Lan"), ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"), "{1} {0}"),
    "Arabic": (("محمد", "أحمد", "علي", "فاطمة", "مريم", "خالد"), ("الخرافي", "حجار", "الشمري", "مهنا"), "{0} {1}"),
    "Chinese": (("伟", "秀英", "建国", "丽华", "志强", "晓明"), ("王", "李", "张", "欧阳", "陈", "刘"), "{1}{0}"),
}  # fmt: skip
"""First parts, last parts and how they are put together, by language."""

PLACES = {
    "community areas": ("Rogers Park", "Lincoln Square", "Albany Park", "Jefferson Park", "Forest Glen", "Logan Square", "Humboldt Park", "Morgan Park", "Washington Heights", "Mount Greenwood", "Douglas", "Armour Square", "Hyde Park", "Roseland", "Pullman"),
    "colonias": ("Benito Juárez", "Emiliano Zapata", "Lázaro Cárdenas", "San José", "Centro", "Las Flores", "Vicente Guerrero", "Santa María", "El Mirador", "Jardines del Valle", "Lomas Verdes", "Miguel Hidalgo", "La Esperanza", "Villa de Guadalupe", "Ampliación Sur"),
    "alcaldías": ("Álvaro Obregón", "Azcapotzalco", "Benito Juárez", "Coyoacán", "Cuajimalpa de Morelos", "Cuauhtémoc", "Gustavo A. Madero", "Iztacalco", "Iztapalapa", "La Magdalena Contreras", "Miguel Hidalgo", "Milpa Alta", "Tláhuac", "Tlalpan", "Venustiano Carranza", "Xochimilco"),
    "barangays": ("San Jose", "Santa Maria", "Poblacion", "Rizal", "Bagong Silang", "Maharlika", "Santo Niño", "Mabini", "San Antonio", "Del Pilar", "Quezon", "Maria Cristina"),
    "counties": ("Jackson", "Jefferson", "Madison", "Clark", "Tom Green", "Jim Wells", "Lee", "Scott", "Taylor", "Jeff Davis", "Saint Clair", "Prince George's"),
    "streets": ("Martin Luther King Dr", "N Clark St", "W Belmont Ave", "S Michigan Ave", "Calle Benito Juárez", "Rua Augusta", "Via Giuseppe Verdi", "Karl-Marx-Allee", "Hauptstraße", "Kungsgatan", "Rue Jean Jaurès", "Calle 5 de Mayo"),
    "beats": ("Beat 123", "Beat 124", "Beat 125", "Zone 1", "Sector 12", "District 7"),
    "wards": ("Södermalm", "Östermalm", "Bezirk Mitte", "Friedrichshain", "Saint-Germain", "Trastevere", "Nørrebro", "Grünerløkka"),
    "villages": ("王家村", "李家庄", "高桥", "石桥社区", "白塔村", "金山", "黄山", "余杭", "萧山", "临平", "丁桥", "何家埠"),
    "dongs": ("서초동", "역삼동", "김포시", "이태원동", "박달동", "정자동", "강남구"),
    "machi": ("田中町", "山本通", "中村区", "小林町", "上田市", "松本駅前", "高橋南"),
    "districts": ("улица Ленина", "Иваново", "Адмиралтейский район", "Пушкино", "Васильевский остров", "Невский проспект"),
    "hayy": ("حي النصر", "شارع الملك فهد", "مدينة نصر", "المعادي", "حي العليا"),
}  # fmt: skip
"""Names of places of which some are named after persons."""
KINDS = (
    "Motor Vehicle Theft", "Grand Larceny", "Simple Assault", "Malicious Mischief", "Driving Under The Influence", "Dead Animal Collection", "Street Light Out", "Rodent Inspection And Treatment",
    "Bulk Collection", "Fireworks", "Harassment", "Petit Larceny", "Robo A Casa Habitación", "Violencia Familiar", "Riña", "Lesiones Dolosas", "Furto Qualificato", "Stöld Övrigt", "Einbruch", "Mark Vandalism",
)  # fmt: skip
"""Kinds of incidents in words with capitals."""


def made_up(language: str, count: int, seed: int = 4) -> list[str]:
    """Names of persons, of whom some have the same."""
    draw = random.Random(seed)
    first, last, form = PARTS[language]
    return [form.format(draw.choice(first), draw.choice(last), draw.choice(last), draw.randrange(100, 999)) for _ in range(count)]
