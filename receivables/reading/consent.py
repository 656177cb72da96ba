"""Yes, no and the conditions around them: only these words can confirm a plan; no model takes part."""

from __future__ import annotations

import re

from receivables.reading import amounts
from receivables.reading.lexicon import Lexicon
from receivables.reading.normal import words_of
from receivables.reading.numbers import in_digits
from receivables.reading.situation import Terms

_YES = (
    r"(?:yes+|yess*|ya|yah|yee|y|yea|si+|sii|sip|simon|claro(?: que si)?|por supuesto|dale|va|vale|orale|listo|"
    r"perfecto|de acuerdo|esta bien|acepto|aceptamos|adelante|hagamoslo|sure(?: thing)?|surely|absolutely|"
    r"definitely|certainly|of course|ok|alright|all right|fine|deal|done|agreed?|accepted|accept|approved|perfect|"
    r"great|good|awesome|excellent|cool|bet|works|correct|right on|you bet|10 4|aye|affirmative|please do|"
    r"go ahead|do it|uh huh|mhm|mm hmm|sounds (?:good|great|fine|ok|fair|perfect|right|reasonable)|thumbsup|"
    r"checkmark|hundredsign|handshake|confirmed?|confirm(?:ing)?|absolutely yes|yessir|yes sir|yes maam|yes mam|"
    r"por favor si|bueno|me parece(?: bien)?|conforme|excelente|hecho|trato|trato hecho|lets go|lets do it|"
    r"let us do it|count me in|i am in|im in|why not|might as well|fair enough|that is fine|totally|for sure|"
    r"fo sho|ofc|roger|alrighty|okey dokey|k)"
)
AFFIRMS = Lexicon("affirms")
"""Words that accept."""
_CONDITION = re.compile(
    r"\b(?:if|unless|but|as long as|provided|depend(?:s|ing)|only|except|however|though|instead|rather|"
    r"first i|until|when i get|once i|after i|not yet|maybe|might|let me (?:think|check|ask|see)|i think so|"
    r"not sure|have to (?:ask|check|think)|need to (?:ask|check|think|know)|would need|could we|can we|can i|"
    r"can it|could i|could it|what about|how about|is it possible|without|assuming|tentatively|possibly|"
    r"probably|considering|want to know|lower|less|more time|smaller|higher|cheaper|longer|another|different|"
    r"change|before i|si (?:me|se|puedo|no|pueden|es|puede|la|el|quitan|bajan|empieza)|pero|"
    r"siempre (?:y cuando|que)|con tal|a menos|solo si|en vez|tal vez|quizas?|dejeme|mejor|depende|otr[oa]s?|"
    r"distint[oa]s?|diferentes?|mas (?:larg[oa]|chic[oa]|baj[oa]|corto|tiempo|pagos)|menos)\b"
)
_TURN = re.compile(
    r"\b(?:but|pero)\b(?! (?:~|when|what|which|how do|where|can you|text|e ?mail|send|call|remind|do not call|"
    r"thanks?|please|cuando|gracias|mandeme|enviame|envieme|recuerdeme)\b)"
)
"""A yes that turns: what follows is neither a wish about how nor a question when."""
_CONSEQUENCE = re.compile(
    r"\b(?:what (?:happens|if|would happen|are the|is the catch)|does (?:it|this|that|the)|do (?:i|"
    r"you) (?:have|charge|need|report)|will (?:it|this|that|i|you|there)|is there|are there|would (?:it|this|"
    r"that|i)|am i|any (?:fees?|interest|catch|penalt\w+)|how does|hurt|affect|penalt\w+|hay (?:intereses|"
    r"cargo)|que pasa si|me cobran|afecta)\b"
)
_PREFERENCE = re.compile(
    r"\b(?:which card|what card|when (?:does|is|do|will)|what day|what date|first payment|how do i|where do i|"
    r"who do i|do i need to do anything|text me|e ?mail me|send me|call me|mail me|remind me|can you (?:send|"
    r"email|text|mail|call))\b"
)
_REFUSES = re.compile(
    r"\b(?:no|nope|not|never|decline|refuse|pass|do not|does not|can not|will not|nah|no way|instead|crossmark|"
    r"thumbsdown|tampoco|ni)\b"
)
_HARMLESS_NOT = re.compile(
    r"\b(?:no (?:problem|prob|worries|issue|issues|doubt|questions|rush)|why not|not bad|not a problem|"
    r"whether or not|no hay problema|sin problema|not gonna lie|not going to lie|i do not mind|do not mind|"
    r"problemo|would not mind|no brainer|can not wait|not an issue|can not complain|could not be better|sure no)\b"
)


def accepts(marked: str, words: str, offer: Terms) -> bool:
    """True only for an unconditional yes to this very offer; `marked` keeps the punctuation, `words` is clauses."""
    plain = _HARMLESS_NOT.sub(" ", words)
    if not AFFIRMS.found_in(plain) or _REFUSES.search(plain) or _own_terms(marked, offer):
        return False
    preference = _PREFERENCE.sub(" ", plain)
    if _TURN.search(_PREFERENCE.sub(" ~ ", words_of(marked))):
        return False
    return not _CONDITION.search(preference) and not _CONSEQUENCE.search(preference)


def _own_terms(marked: str, offer: Terms) -> bool:
    """True when a number, count or rhythm is named that is not the offer's."""
    text = in_digits(marked)
    amount, count, often = amounts.amount_cents(text), amounts.installments(text), amounts.frequency(text)
    return bool(
        (amount is not None and amount != offer.amount_cents)
        or (count is not None and count != offer.installments)
        or (often is not None and often != offer.frequency)
    )


SHORT_YES = re.compile(
    r"^(?:(?:please|ok|oh|hi|hello|hey|hola|lol) )*"
    + _YES
    + r"(?: (?:please|pls|thanks|thank you|sir|maam|mam|por favor|gracias|"
    + _YES
    + (
        r"|i do|i would|do it|that is fine|of course|thumbsup|smiley|prayhands|it is|to that|heart|definitely|i am|"
        r"absolutely))*$"
    )
)
"""Nothing but a yes; to what, the situation tells."""
SHORT_NO = re.compile(
    r"^(?:(?:oh|um|uh|lol|sorry|hmm|well) )*(?:no+|nope|n|nah|no way|never|no gracias|no thanks|no thank you|"
    r"negative|crossmark|thumbsdown|nel|para nada|not really|absolutely not|not at all)(?: (?:no+|thanks|"
    r"thank you|gracias|sir|maam|sorry|por favor|way|never|i do not))*$"
)
SHORT_PLAN = re.compile(r"^(?:(?:ok|yes|hi|hello) )?(?:please )?(?:payment |a )?plan(?: please| pls| por favor)?$")
"""The word our messages name for asking to pay in parts."""
