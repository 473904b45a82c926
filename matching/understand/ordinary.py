"""What people also type that asks for no help. A text nearer to these than to any need evokes no need."""

from __future__ import annotations

from typing import Final

from kaart.domain.needs import ExampleSentence

#: The code of "no need"; it is never shown.
NO_NEED: Final = ""

_ORDINARY: Final = {
    "nl": """hallo
goeiedag
goedemorgen iedereen
dag allemaal
bedankt voor alles
heel erg bedankt
tot ziens
ik wil iets vragen
kan iemand mij helpen
kunt u mij helpen
ik heb hulp nodig
help
test
dit is een test
hoe gaat het
het regent vandaag
wat eten we vanavond
het was een leuke dag
wie speelt er vanavond op televisie
hoe laat begint de film
wat is de hoofdstad van Spanje
ik hou van muziek
mijn hond heet Max
fijn weekend
prettige feestdagen
waar kan ik een goede pizza eten
een recept voor appeltaart
hoe ver is het naar Parijs
welke dag is het vandaag
abc def ghi
blablabla
de zon schijnt
ik zoek een hotel aan zee
goedkope vliegtickets
welke telefoon moet ik kopen
hoeveel is tien maal tien
openingsuren supermarkt zondag
de bakker om de hoek
restaurant met terras
uitslag van de koers
wie scoorde er gisteren
beste laptop om te kopen
tweedehands fiets te koop
goedkope vliegtickets
hotelkamer aan de kust
parkeren in het centrum
trein naar antwerpen
file op de ring
hoe bak ik een ei
ingrediënten voor pannenkoeken
woordenboek engels nederlands
hoofdstad van italië
minister van financiën
wanneer is het vakantie
horoscoop van vandaag
liedjes van vroeger
nieuwe aflevering van mijn serie
mop van de dag
foto van een olifant
qwerty
azerty uiop
aaaaaa
jkl jkl
zzz
123456
spelletjes online
de hond blaft naar de postbode
er ligt een boek op tafel
mijn broer heeft rood haar
ik heb vandaag spaghetti gegeten
de zon schijnt
een nieuw behang kiezen
verf kopen voor de muur
planten water geven
kerstcadeau voor mijn vrouw
concertkaarten""",
    "fr": """bonjour
bonsoir à tous
merci
merci bien
au revoir
j'ai une question
pouvez-vous m'aider
ceci est un test
il fait beau aujourd'hui
quelle heure est-il
une recette de gâteau
bon week-end
quelle est la capitale de l'Italie
un bon restaurant
horaires du supermarché
résultats du foot
billets d'avion pas chers
recette de crêpes
capitale de l'Italie
voiture d'occasion à vendre
quel film regarder ce soir
le chien aboie
un bon restaurant
place de parking
blague du jour
aaaa bbbb""",
    "en": """hello
hi everyone
good morning
thanks a lot
goodbye
I have a question
can you help me
this is a test
nice weather today
what time is it
a recipe for pancakes
have a nice weekend
how old is the universe
which film is on tonight
supermarket opening hours
football results
cheap flights
recipe for soup
new phone to buy
second-hand bike for sale
funny pictures
train to the coast
capital of Italy
the dog is barking
concert tickets
qwerty asdf""",
    "de": """hallo
guten Abend
vielen Dank
auf Wiedersehen
ich habe eine Frage
können Sie mir helfen
das ist ein Test
schönes Wetter heute
wie viel Uhr ist es
Öffnungszeiten Supermarkt
Fußballergebnisse
billige Flüge
Rezept für Suppe
gebrauchtes Auto kaufen
Hauptstadt von Italien
Zug nach Köln
lustige Bilder""",
    "tr": """selam
günaydın
teşekkür ederim
bir sorum var
bana yardım eder misiniz
bugün hava güzel""",
    "ar": """مرحبا
شكرا جزيلا
عندي سؤال
هل يمكنك مساعدتي
الطقس جميل اليوم""",
    "uk": """привіт
дякую
у мене є питання
чи можете ви мені допомогти
сьогодні гарна погода""",
    "pl": """cześć
dziękuję bardzo
mam pytanie
czy może mi pan pomóc
ładna dziś pogoda""",
    "ro": """bună
mulțumesc mult
am o întrebare
mă puteți ajuta
vremea este frumoasă azi""",
    "es": """hola
muchas gracias
tengo una pregunta
me puede ayudar
hoy hace buen tiempo""",
}


def ordinary_sentences() -> tuple[ExampleSentence, ...]:
    """The sentences of no need, in the shape of the others."""
    return tuple(
        ExampleSentence(NO_NEED, language, line) for language, lines in _ORDINARY.items() for line in lines.split("\n")
    )
