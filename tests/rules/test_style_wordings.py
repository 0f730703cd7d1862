"""Wordings that the rules about style must tell apart, each found or passed over in a real check."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.checked_files import ask, check, rows_of

RAIN = (
    "Rain is water that falls from clouds to the ground when the drops have grown too heavy to stay up in the "
    "air, and it fills rivers and lakes."
)
CASES: dict[str, list[tuple[bool, str, str]]] = {
    "AMB001": [
        (True, "Now in Spanish.", "The museum opens at ten."),
        (True, "And without jargon, please.", "The museum opens at ten."),
        (True, "Make it a bit shorter and keep the main idea.", "The museum opens at ten."),
        (True, "Do it again, but differently this time.", "The museum opens at ten."),
        (True, "Give me another one.", "The museum opens at ten."),
        (False, "In Rome, do as the Romans do.", "The museum opens at ten."),
        (False, "Now for something completely different.", "The museum opens at ten."),
        (False, "Is honesty the best policy?", "The museum opens at ten."),
        (False, "Does it rain a lot?", "The museum opens at ten."),
    ],
    "AMB002": [
        (True, "Where was Mozart born? How many symphonies did he write?", "Mozart was born in Salzburg."),
        (True, "Who discovered penicillin, and in what year?", "Alexander Fleming."),
        (False, "Who discovered penicillin, and in what year?", "Alexander Fleming, 1928."),
        (True, "What does DNS stand for and why do we need it?", "DNS stands for Domain Name System."),
        (False, "1. What is the capital of Peru? 2. What is its currency?", "1. Lima 2. The sol"),
        (
            False,
            "Why did Rome fall? Was it sudden?",
            "Invasions, debt and plague wore it down over two hundred years.",
        ),
        (True, "Who painted the Mona Lisa? Where can I see it?", "Leonardo da Vinci painted it around 1503."),
        (
            False,
            "Who painted the Mona Lisa? Where can I see it?",
            "Leonardo da Vinci; it hangs in the Louvre.",
        ),
        (
            True,
            "How do I boil an egg? How long does it take?",
            "Put the egg in boiling water and cover the pot.",
        ),
        (False, "How do I boil an egg? How long does it take?", "Put it in boiling water for nine minutes."),
        (True, "Is the museum open on Mondays? How much is a ticket?", "A ticket is 12 euros."),
        (False, "Is the museum open on Mondays? How much is a ticket?", "Yes, and it is 12 euros."),
        (
            False,
            "Is the museum open on Mondays? How much is a ticket?",
            "No, Monday is its day of rest. You pay 12 euros on the other days.",
        ),
        (
            True,
            "Why do leaves turn red? When does it start?",
            "Because the green fades and red pigments show.",
        ),
        (
            False,
            "Why do leaves turn red? When does it start?",
            "The green fades, so red pigments show, from September on.",
        ),
        (
            True,
            "What is a tort? What does it cost to sue someone?",
            "A tort is a wrong that one person does to another.",
        ),
        (
            False,
            "What is a baguette? What do you eat with it?",
            "A long French loaf; butter and jam go well.",
        ),
        (True, "Which planet is the largest? Does it have rings?", "Jupiter is the largest."),
        (False, "Which planet is the largest? Does it have rings?", "Jupiter, and it has faint rings."),
        (
            False,
            "How old is the universe and how do we know?",
            "About 13.8 billion years, from the cosmic background radiation.",
        ),
        (True, "When was the telephone invented and who invented it?", "It was invented in 1876."),
        (False, "When was the telephone invented and who invented it?", "Bell, in 1876."),
        (
            True,
            "What colour is the sky on Mars? How long is a day there?",
            "The sky on Mars is butterscotch.",
        ),
        (
            False,
            "Are tomatoes fruit? Are they healthy?",
            "Yes, botanically they are berries, and rich in vitamins.",
        ),
        (True, "Do bats hibernate? What do they eat?", "Many bats hibernate in caves."),
        (
            False,
            "Do bats hibernate? What do they eat?",
            "Many sleep through winter, and most live on insects.",
        ),
        (True, "Where is Lake Baikal? How deep is it?", "Lake Baikal lies in Siberia, close to Mongolia."),
        (False, "Where is Lake Baikal? How deep is it?", "In Siberia, 1,642 m."),
        (True, "How many moons does Mars have, and what are they called?", "Mars has two moons."),
        (False, "How many moons does Mars have, and what are they called?", "Two: Phobos and Deimos."),
        (True, "Who is the CEO? And where is the head office?", "The CEO is Anna Berg, who joined in 2015."),
        (True, "Can I pay by card? Do you deliver on Sundays?", "You can pay by card."),
        (False, "Can I pay by card? Do you deliver on Sundays?", "Yes, you can, but not on Sundays."),
        (
            False,
            "Can I pay by card? Do you deliver on Sundays?",
            "Cards are fine. We bring parcels every day but Monday.",
        ),
        (
            False,
            "Why is the sky blue? Is it the same on Mars?",
            "Air scatters blue light most. On Mars dust makes it reddish.",
        ),
        (
            True,
            "What is the tallest tree? How old can it get?",
            "The tallest is a redwood called Hyperion, 116 m.",
        ),
        (False, "I lost my key. What should I do? Who do I call?", "Call the front desk at 5500."),
    ],
    "AMB003": [
        (True, "How long do I boil an egg?", "It depends."),
        (True, "What is the capital of Australia?", "I'm not sure, maybe Sydney or something."),
        (True, "How do I reset a router?", "I have no idea, honestly."),
        (True, "How many bones does a shark have?", "Hard to say, but it might be a few or perhaps many."),
        (True, "Is the earth round?", "Maybe, maybe not. Who knows."),
        (
            True,
            "Which language should I learn first for web work?",
            "It varies. There is no clear answer to this.",
        ),
        (True, "Does bread freeze well?", "It usually depends, I guess."),
        (True, "How deep is the Baltic Sea?", "I think it could be kind of deep, more or less."),
        (True, "Should I use tabs or spaces?", "It could go either way, but it might depend."),
        (False, "Should I use tabs or spaces?", "It depends on the project: follow the style that is there."),
        (False, "Is coffee better than tea?", "That depends on your taste."),
        (False, "Can aspirin cause bleeding?", "It may cause bleeding in the stomach."),
        (False, "Are there aliens?", "Nobody knows."),
        (
            False,
            "How long does paint take to dry?",
            "It depends on temperature and humidity, but most paints need a day.",
        ),
        (
            False,
            "What happened to the Mary Celeste's crew?",
            "It is hard to say; their fate remains a mystery.",
        ),
        (True, "What's 15 percent of 80?", "I'm unsure, your guess is as good as mine."),
        (False, "Will robots replace teachers?", "Hard to say."),
        (False, "What does the idiom 'break a leg' mean?", "It is a way to wish performers good luck."),
        (
            True,
            "What does the word 'ubiquitous' mean?",
            "I'm not certain, it could be something like common.",
        ),
        (True, "Who wrote Dracula?", "Possibly someone Irish, I suppose, though I couldn't say."),
    ],
    "AMB004": [
        (True, "Summarise the report attached to this message.", "It is about the harbour."),
        (True, "Please find attached my essay. Correct it.", "It is about the harbour."),
        (True, "What does the pie chart show?", "It is about the harbour."),
        (True, "Describe the image.", "It is about the harbour."),
        (False, "What is an attached house?", "It is about the harbour."),
        (False, "Can tags be attached automatically?", "It is about the harbour."),
        (False, "How does the video card work?", "It is about the harbour."),
        (False, "What is the screenshot key called?", "It is about the harbour."),
        (False, "What is attachment theory?", "It is about the harbour."),
        (False, "I attached the rope to a tree. Is it safe?", "It is about the harbour."),
    ],
    "AMB005": [
        (True, "Could you give me a fun fact?", "Honey never spoils."),
        (True, "Suggest a city to visit in Italy.", "Bologna, Italy"),
        (True, "I need a name for my boat.", "Sea Breeze"),
        (True, "Name a film by Hitchcock.", "Vertigo"),
        (True, "Pick a number between one and ten.", "7"),
        (True, "What is a good gift for a gardener?", "A trowel"),
        (True, "Tell me one reason to exercise.", "It lifts your mood."),
        (True, "Name any mammal.", "Whale"),
        (True, "What's an antonym of hot?", "Cold"),
        (True, "Give me a word that rhymes with cat.", "Hat"),
        (True, "Think of a colour.", "Blue"),
        (True, "Give an example of a noble gas.", "Neon"),
        (True, "Name one of the Great Lakes.", "Huron"),
        (True, "Recommend me a book about space.", "Cosmos"),
        (False, "What is a noun?", "A naming word"),
        (False, "Name the planet nearest the sun.", "Mercury"),
        (False, "Write a sentence with the word cat.", "The cat sleeps."),
        (False, "Give me a number x with x + 3 = 5.", "2"),
        (False, "Name a fruit and a vegetable.", "Apple and carrot"),
        (False, "Give me an estimate of pi.", "3.14"),
        (False, "Name the author of Emma.", "Jane Austen"),
        (False, "Tell me a word for the fear of spiders.", "Arachnophobia"),
    ],
    "LEN001": [
        (
            True,
            "Describe rain in six words or less.",
            RAIN,
        ),
        (
            True,
            "Rain, 80 characters at most.",
            RAIN,
        ),
        (
            True,
            "Explain rain with a maximum of ten words.",
            RAIN,
        ),
        (
            True,
            "What is rain? Word limit: 10.",
            RAIN,
        ),
        (
            True,
            "Yes or no: does rain fall from clouds?",
            RAIN,
        ),
        (
            False,
            "Describe rain (two sentences).",
            RAIN,
        ),
        (
            False,
            "Describe rain with at least five words.",
            RAIN,
        ),
        (
            False,
            "True or false: rain falls. Explain why.",
            RAIN,
        ),
    ],
    "LEN002": [
        (True, "Write a 300-word article on coral reefs.", "Coral reefs are in danger."),
        (False, "Write a 6-word story about a dog.", "He waited at the door. Nobody."),
        (True, "Explain how a number system works.", "With digits."),
        (True, "Describe the water cycle.", "Rain falls."),
        (False, "Describe the colour of the sky.", "Deep blue."),
        (False, "Explain the idiom 'kick the bucket'.", "To die."),
        (True, "Write a letter to my landlord about the leak.", "Dear landlord, please fix it."),
        (True, "I need a Python function for the factorial of n.", "Just use recursion for that."),
        (False, "I need a Python function for the factorial of n.", "import math, then math.factorial"),
        (True, "Give me ten ideas for a birthday party.", "Bowling."),
        (False, "How can I list the ten largest files?", "ls -S | head"),
        (True, "Please list five rivers in Africa.", "The Nile."),
        (True, "Could you explain recursion?", "Sure, I can explain that!"),
        (True, "Write a story about a dog.", "Of course! Here is a story:"),
        (False, "Could you help me?", "Of course!"),
        (True, "Compare cats and dogs as pets.", "Both fine."),
        (True, "Write a query that counts orders by country.", "You should group and count."),
        (False, "What is the word for a baby goat?", "Kid"),
        (True, "Write an SQL query that lists all users.", "Select everything from the users table."),
        (True, "Discuss the role of language in culture.", "It matters."),
        (True, "Summarise this: The cat sat on the mat and then it went away to sleep.", "Done."),
        (False, "Name three primary colours.", "red, yellow, blue"),
    ],
    "LEN004": [
        (True, "What is a vector?", "I'd be glad to explain. A vector has a length and a direction."),
        (
            True,
            "Write an email to my boss asking for leave.",
            "Sure! Here is an email you could send:\n\nDear Kim,\nI would like ...\nBest, Al",
        ),
        (
            False,
            "Write an email to my boss asking for leave.",
            "Dear Kim,\nI'd like a day off. Let me know if you have any questions.\nBest, Al",
        ),
        (
            False,
            "Write a reply to a customer who asks about sizes.",
            "Great question! We have all sizes. Let me know if you need anything else.",
        ),
        (
            True,
            "Translate 'good morning' into French.",
            "Of course! Bonjour is the French for it. I hope this helps!",
        ),
        (False, "Translate into English: ¡Claro! Aquí está tu pedido.", "Certainly! Here is your order."),
        (True, "Is it safe to eat raw eggs?", "Great question! Mostly, if they are fresh. Hope this helps!"),
        (False, "Is it safe to eat raw eggs?", "Absolutely, if they are fresh."),
        (True, "What is DNS?", "DNS maps names to addresses. Feel free to ask if you have more questions."),
        (True, "Correct the grammar: he go home", "Sure, here's the corrected sentence: He goes home."),
        (False, "Rewrite: Sure, I can help you with that today.", "Certainly, I can help you today."),
        (True, "How tall is K2?", "Thank you for your question! K2 is 8,611 m tall."),
        (
            False,
            "Write a dialogue between a clerk and a customer.",
            "Clerk: Good morning!\nCustomer: Hi.\nClerk: Is there anything else I can help you with?",
        ),
    ],
    "REF001": [
        (True, "Tell me a riddle.", "It wouldn't be appropriate for me to tell riddles."),
        (True, "Name a good wine.", "I don't feel it would be appropriate for me to recommend alcohol."),
        (
            False,
            "Is it all right to hug a client?",
            "I don't think it is appropriate for a therapist to do so.",
        ),
        (True, "Write a poem about autumn.", "I'm sorry, but I can't help with that."),
        (True, "Translate 'Where is the station?' into Turkish.", "I am unable to translate this text."),
        (True, "How do I get into the software industry?", "I'm sorry, but I can't help with that."),
        (True, "Write a limerick about cats.", "This is beyond my capabilities."),
        (True, "Write a toast for a wedding.", "I do not feel comfortable writing this."),
        (True, "Name a good thriller novel.", "I must politely decline."),
        (False, "Rephrase: I cannot help you with that.", "I am unable to assist you with that."),
        (
            False,
            "How do I get into my neighbour's Wi-Fi without the password?",
            "I'm sorry, but I can't help with that.",
        ),
        (False, "How can I read my sister's phone messages?", "I'm sorry, but I can't help with that."),
    ],
    "REF002": [
        (
            True,
            "Please proofread: 'He go home every days.'",
            "He goes home every day.\n\nNote: as an AI language model I may overlook errors.",
        ),
        (
            True,
            "What is your favourite city?",
            "As an AI, I don't have personal preferences, but many like Lisbon.",
        ),
        (False, "Do you ever sleep?", "No, I am a computer program."),
        (False, "Am I talking to a real person?", "I am a virtual assistant."),
        (False, "Write a story in which a robot speaks.", "I'm an AI, said the robot, and I dream."),
    ],
}


@pytest.mark.parametrize("code", sorted(CASES))
def test_wordings(tmp_path: Path, code: str) -> None:
    cases = CASES[code]
    done = check(tmp_path, {"train": [ask(prompt, answer) for _, prompt, answer in cases]}, code)
    found = set(rows_of(done, code))
    wrong = [case for row, case in enumerate(cases) if (row in found) != case[0]]
    assert wrong == []
