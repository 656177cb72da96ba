"""Short forms, contractions and common slips of the pen with their full words; nothing is judged here."""

from __future__ import annotations

import re
from functools import cache

from receivables.reading.lexicon import whole_messages

SPACED_WORDS = frozenset(
    ("stop", "stopall", "unsubscribe", "end", "quit", "cancel", "optout", "remove", "yes", "no", "help", "alto", "baja")
)
"""Words that people spell out letter by letter to be understood by a machine."""
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"}
)

_CONTRACTED = {
    "im": "i am", "ive": "i have", "cant": "can not", "cannot": "can not", "wont": "will not", "dont": "do not",
    "didnt": "did not", "doesnt": "does not", "isnt": "is not", "wasnt": "was not", "arent": "are not",
    "werent": "were not", "havent": "have not", "hasnt": "has not", "hadnt": "had not", "couldnt": "could not",
    "wouldnt": "would not", "shouldnt": "should not", "mustnt": "must not", "aint": "is not", "youre": "you are",
    "youve": "you have", "youll": "you will", "theyre": "they are", "theyve": "they have", "theyll": "they will",
    "thats": "that is", "whats": "what is", "whos": "who is", "wheres": "where is", "whens": "when is",
    "hows": "how is", "hes": "he is", "shes": "she is", "weve": "we have", "itll": "it will", "theres": "there is",
    "id": "i would", "youd": "you would", "itd": "it would", "shouldve": "should have", "couldve": "could have",
    "wouldve": "would have", "gonna": "going to", "wanna": "want to", "gotta": "got to", "gimme": "give me",
    "lemme": "let me", "finna": "going to", "imma": "i am going to", "ima": "i am going to", "dunno": "do not know",
    "dnt": "do not", "didn": "did not", "cnt": "can not", "wnt": "want",
    "tryna": "trying to", "hafta": "have to", "outta": "out of", "kinda": "kind of", "oughta": "ought to",
    "dontcha": "do not you", "yall": "you all", "yalls": "your", "youse": "you all",
}  # fmt: skip
_SHORT = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "plse": "please", "pleas": "please",
    "thx": "thanks", "thnx": "thanks", "thks": "thanks", "tks": "thanks", "ty": "thank you",
    "tysm": "thank you so much",
    "thanku": "thank you", "thankyou": "thank you", "msg": "message", "msgs": "messages", "mssg": "message",
    "txt": "text", "txts": "texts", "txting": "texting", "txtin": "texting", "textin": "texting", "callin": "calling",
    "messagin": "messaging", "b4": "before", "2day": "today", "tday": "today", "2moro": "tomorrow",
    "2morrow": "tomorrow",
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tomm": "tomorrow", "tommorow": "tomorrow",
    "tomorow": "tomorrow", "tommorrow": "tomorrow", "tom": "tom", "nxt": "next", "wk": "week", "wks": "weeks",
    "mth": "month", "mnth": "month", "mos": "months", "mths": "months", "yr": "year", "acct": "account",
    "pymt": "payment", "pmt": "payment", "pymnt": "payment", "paymnt": "payment", "pmts": "payments",
    "pymts": "payments", "agn": "again", "agin": "again", "evr": "ever", "nvr": "never", "alwys": "always",
    "instalment": "installment", "instalments": "installments",
    "appt": "appointment", "appts": "appointments", "appointmnt": "appointment", "bc": "because",
    "cuz": "because", "cause": "because", "bcuz": "because", "coz": "because", "idk": "i do not know",
    "idc": "i do not care",
    "asap": "as soon as possible", "ppl": "people", "payed": "paid", "payd": "paid", "pd": "paid", "insur": "insurance",
    "insurence": "insurance", "ins": "insurance", "bk": "bankruptcy", "atty": "attorney", "attny": "attorney",
    "lawer": "lawyer", "alredy": "already", "allready": "already", "alrdy": "already", "w": "with",
    "wat": "what", "wut": "what", "wht": "what", "y": "y", "n": "n", "k": "ok", "kk": "ok", "okay": "ok", "okey": "ok",
    "oki": "ok", "okie": "ok", "yep": "yes", "yup": "yes", "yeah": "yes", "yea": "yes", "yess": "yes", "yas": "yes",
    "ya": "ya", "yeh": "yes", "nope": "no", "nah": "no", "naw": "no", "nop": "no", "addy": "address", "addr": "address",
    "ph": "phone", "num": "number", "nbr": "number", "hosp": "hospital", "dr": "doctor", "doc": "doctor",
    "ofc": "office",
    "rcvd": "received", "recieved": "received", "recieve": "receive", "recd": "received", "rec": "received",
    "ded": "deductible", "em": "them", "abt": "about", "dis": "this", "dat": "that", "da": "the", "wrk": "work",
    "wrong#": "wrong number", "xq": "porque", "pq": "porque", "q": "que", "k?": "ok", "xfa": "por favor",
    "porfa": "por favor", "porfis": "por favor", "pf": "por favor", "tb": "tambien", "grax": "gracias", "mb": "my bad",
    "nvm": "never mind", "ttyl": "talk to you later", "brb": "be right back", "rn": "right now", "stfu": "shut up",
    "gtfo": "get out", "wtf": "what the hell", "smh": "smh", "lmk": "let me know", "fyi": "for your information",
    "gud": "good", "gd": "good", "cud": "could", "wud": "would", "shud": "should", "cld": "could", "wld": "would",
    "yrs": "years", "bday": "birthday", "sched": "schedule", "resched": "reschedule", "cs": "customer service",
    "fri": "friday", "thurs": "thursday", "thur": "thursday", "thu": "thursday", "tues": "tuesday", "tue": "tuesday",
    "weds": "wednesday", "mon": "monday", "hubby": "husband", "evry": "every", "mnths": "months", "bal": "balance",
    "fone": "phone", "plan.": "plan", "stahp": "stop", "2nite": "tonight", "tonite": "tonight", "thru": "through",
    "sry": "sorry", "sori": "sorry", "giv": "give", "hav": "have", "shld": "should", "wen": "when", "wher": "where",
    "hw": "how", "mch": "much", "4got": "forgot", "lol": "lol", "ssi": "ssi",
}  # fmt: skip
_DROPPED = re.compile(
    r"\b(send|messag|blow|bother|bugg|harass|annoy|gett|hav|pay|bleed|breath|chok|dy|kill|swell|throw|puk|hurt|go|do|try|"
    r"ask|tell|bill|charg|work|liv|los|struggl|spamm|hound|pester|stalk|nagg|hitt|bomb|keep|mak|com|tak|fall|shak|"
    r"vomit|spitt|cough|sweat|faint|pass|wait|mail|sleep|starv|hold|call|text|reach|look|talk|say|be)in\b'?"
    r"(?! (?:the mail|on\b|full))"
)
"""A dropped g: quit blowin up my phone."""
_ILL = re.compile(
    r"\bill (?=(pay|send|be|call|do|take|get|have|mail|settle|try|make|give|come|go|drop|bring|let|see|just|"
    r"probably|never|not|report|sue|need|contact|think|handle|put|stop|swing|catch|zelle|venmo)\b)"
)

_OFTEN_MISSPELLED = (
    "insurance", "already", "attorney", "bankruptcy", "deceased", "unsubscribe", "deductible", "medicare", "medicaid",
    "appointment", "assistance", "dispute", "payment", "payments", "installment", "installments", "monthly", "messages",
    "texting", "contacting", "harassing", "spanish", "receipt", "checking", "balance", "statement", "hardship",
    "unemployed", "disability", "overdose", "suicide", "breathing", "bleeding", "swelling", "emergency", "lawyer",
    "complaint", "tomorrow", "charged", "reminder", "reminders", "schedule", "reschedule", "cancelled", "address",
    "interpreter", "remove", "passed", "husband", "receive", "funeral", "aseguranza", "abogado", "bancarrota",
    "fallecio", "mensajes", "ayuda", "seguro", "cuanto", "mensual",
)  # fmt: skip
_REAL = whole_messages("own_words")
"""Words of their own that stand one letter away from one of the above."""


@cache
def _slips() -> dict[str, str]:
    """Every word that one dropped letter away from a misspelling or from the right word leads to it."""
    found: dict[str, str] = {}
    for word in _OFTEN_MISSPELLED:
        if len(word) < 6:
            continue
        for place in range(1, len(word)):
            found.setdefault(word[:place] + word[place + 1 :], word)
    return found


@cache
def corrected(word: str) -> str:
    """The word as it is spelled, when it is one slip away from a word that matters; itself otherwise."""
    if len(word) < 5 or word in _OFTEN_MISSPELLED or word in _REAL or not word.isalpha():
        return word
    slips = _slips()
    if word in slips:
        return slips[word]
    for place in range(1, len(word)):
        shorter = word[:place] + word[place + 1 :]
        if shorter in _OFTEN_MISSPELLED and len(shorter) > 5:
            return shorter
        if shorter in slips and len(slips[shorter]) == len(word) and sum(map(str.__ne__, word, slips[shorter])) <= 2:
            return slips[shorter]
    return word


def unleet(word: str) -> str:
    """Digits and signs read as the letters they stand for."""
    return word.translate(_LEET)


def full_words(text: str) -> str:
    """Contractions and short forms written out, slips corrected; punctuation stays."""
    text = re.sub(r"\b(we|he|she|who|that)'ll\b", r"\1 will", text)
    text = re.sub(r"\bi ?'ll\b", "i will", re.sub(r"\bit's\b", "it is", text))
    text = re.sub(r"([a-z])'([a-z])", r"\1\2", text)
    text = _ILL.sub("i will ", _DROPPED.sub(r"\1ing", text))
    return re.sub(r"[a-z0-9@$|!#]*[a-z][a-z0-9@$|#]*", lambda found: _full(found[0]), text)


@cache
def _full(word: str) -> str:
    if word in _CONTRACTED:
        return _CONTRACTED[word]
    if word in _SHORT:
        return _SHORT[word]
    if not word.isalpha() and unleet(word) in SPACED_WORDS:
        return unleet(word)
    return corrected(word)
