"""How much, how many and how often, as a patient says it; which day is told elsewhere."""

from __future__ import annotations

import re
from typing import Literal

_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d+(?:\.\d{1,2})?)"
_MONEY = r"(?: ?(?:dollars?|bucks?|usd|dolares|dolar|pesos|dollar|dolla|smackers|clams|dlls|dls|varos|bones|singles))"
_EACH = (
    r"(?:a|per|every|each|/|al|por|cada|a la|un|an|of each|por cada|each and every|the|on) ?(?:other |two |2 |"
    r"dos |15 |single )?"
    r"(?:months?|mo\b|mth|wks?|weeks?|mes(?:es)?|semanas?|quincenas?|checks?|paychecks?|paydays?|"
    r"pay ?periods?|time|payments?|pay day|fortnight|friday|monday|tuesday|wednesday|thursday|saturday|sunday|"
    r"cheque|pop|piece|pago|installment|year|day|dia|viernes)"
)
_NOT_MONEY = (
    r"(?! ?(?:%|percent|por ciento|payments?|installments?|pagos|parts?|partes|parcialidades|cuotas|abonos|"
    r"mensualidades|months?|mos\b|meses|mo plan|weeks?|wks?|semanas|days?|dias|quincenas|years?|anos|minutes?|"
    r"mins?|hours?|horas|hrs?|times|veces|kids|am\b|pm\b|:|st\b|nd\b|rd\b|th\b|/\d|-\d|o ?clock|equal|easy|"
    r"monthly payments|paychecks|checks|pay ?periods|ways|splits|separate|mg|pills|people|visits|more (?:payments|"
    r"months|days|weeks)|business|\d|[.,]\d|x\b|or \d+ (?:payments|months)))"
)

_TIED = (
    re.compile(r"\$ ?" + _NUMBER + r"(?: ?(?:dollars|bucks))?(?: or so)? ?" + _EACH),
    re.compile(r"(?<![\d/.$-])" + _NUMBER + r"(?:" + _MONEY + r")?(?: or so)? ?" + _EACH + r"(?<!a piece of)"),
    re.compile(r"\$? ?(?<![\d/.-])" + _NUMBER + r"(?:" + _MONEY + (
        r")? (?:monthly|weekly|bi ?-?weekly|mensual(?:es|mente)?|semanal(?:es|mente)?|quincenal(?:es|mente)?|"
        r"twice (?:a|per|each) month|semi ?-?monthly|apiece|each|c/u|cada un[oa]|dollar payments|"
        r"dollar installments)\b"
    )),
    re.compile((
        r"\b\d{1,2} (?:\w+ ){0,2}?(?:payments?|installments?|months?|pagos|cuotas|mensualidades|abonos|parts?|"
        r"weeks?|x|times|checks|monthly payments) ?(?:of|at|@|de|for|with)? ?(?:about |around |like )?\$? ?"
    ) + _NUMBER + r"(?!\d| ?(?:payments|months|weeks|st|nd|rd|th))(?:" + _MONEY + r")?"),
    re.compile(r"\b\d{1,2} ?(?:x|\*|@) ?\$? ?" + _NUMBER),
    re.compile(r"\$ ?" + _NUMBER + r" ?(?:mo|mth)\b"),
    re.compile(r"(?<![\d/.$-])" + _NUMBER + r" ?(?:x|\*|times) ?\d{1,2}\b"),
    re.compile(
        r"\b(?:bi ?-?weekly|weekly|monthly|mensual(?:es|mente)?|semanal(?:es|mente)?|quincenal(?:es|mente)?) \$? ?"
        + _NUMBER + _NOT_MONEY
    ),
    re.compile((
        r"\b(?:monthly|weekly|biweekly|mensuales|installments|payments|pagos|cuotas|abonos|plan) (?:of|at|for|"
        r"de) (?:about |around |like |only )?\$? ?"
    ) + _NUMBER + r"(?!\d| ?(?:payments|months|weeks|st|nd|rd|th))"),
)  # fmt: skip
"""An amount tied to how often it comes."""
_PLAIN = (
    re.compile(r"\$ ?" + _NUMBER + r"(?!\d)"),
    re.compile(r"(?<![\d/.:-])" + _NUMBER + _MONEY + r"\b"),
    re.compile((
        r"\b(?:pay|do|ga?[iv]+e(?: you| u| yall| ya| them)?|send(?: you| u| yall)?|put|afford|swing|manage|spare|"
        r"make it|be|how about|only|offer|up to|at least|at most|maybe|like|around|about|than|drop|zelle|paid|sent|"
        r"take|accept|with|handle|throw(?: down| in| at)?|just|got|have|for|is|was|to|at|of|me|pague|pagar(?:le|"
        r"les)?|dar(?:le|les)?|doy|abonar(?:le|les)?|mandar|puedo con|unos|como|solo|do a|scrape up|come up with|"
        r"chip in|cough up|lower it to|say|bout|pagarles|into|out|de|envie|mande|deposite|transferi|contribute|"
        r"toward|mando|pago|doy|took|together|abono|deposito|envio|other|another|remaining|extra|"
        r"charged my(?: debit| credit)? card) (?:down )?"
        r"(?:like |about |maybe |only |around |just |roughly |up to |perhaps |a |unos |como |"
        r"solo |at most |at least |say |the )*(?<!the 1)"
    ) + _NUMBER + _NOT_MONEY),
    re.compile(r"(?<![\d/.$-])" + _NUMBER + r" (?:of (?:that|it|this)|paid)\b"),
    re.compile(r"(?:^|[.,!?;] ?|\b(?:no|yes|so|but|and|o|then|pero|si|instead|rather|y|will|would|ok) )" + _NUMBER + (
        r"(?= *(?:[?!.,;~]|$|now|today|down|up ?front|right now|upfront|to start|this|tomorrow|tonight|then|"
        r"and the rest|is (?:what|all|the|my|better|more|good|doable|fine)|works|instead|max|tops|ahora|hoy|would|"
        r"maybe|every|a\b|if|on|until|from|at a|or|at (?:the )?most|y el|y lo|and|in a|by|here|before|after|"
        r"starting))(?!\.\d)"
    )),
)  # fmt: skip
_EXCLUDED = re.compile(

        r"\b(?:check|cheque|invoice|account|acct|ref(?:erence)?|confirmation|conf|receipt|claim|case|policy|room|"
        r"suite|apt|box|po box|zip|ticket|order|number|num|no\.|member|group|code|ending(?: in)?|last four|"
        r"chapter|ch|unit|lot|route|hwy|id|transaction)(?: (?:number|no|num|id|is|#|code|"
        r"was))*\.? ?[#:]? ?[a-z]{0,3}-?\d[\d-]*"
    r"|\b(?:make|making|earn|earning|bring home|gross|rent|mortgage|income|salary|ssi|disability|"
        r"social security|unemployment|wages?|car (?:note|payment)|paycheck|pension|get|groceries|gas|meds|"
        r"daycare|gano|renta|sueldo)(?: (?!it\b|of\b|payments?\b|can\b|could\b|pay\b|send\b|"
        r"give\b|do\b|then\b|i\b|puedo\b)\w+){0,3}? (?:is |of |are |only |about |like |just |check |"
        r"around )*\$? ?\d[\d,.]*(?: ?(?:dollars|bucks|a month|a week|per month|monthly|an hour|a year|al mes|"
        r"every two weeks))*(?! (?:payments|months))"
    r"|(?<!\w)[#]\s?\d+|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}[-.]\d{4}\b|\b(?:20\d\d|19\d\d)\b(?= ?(?:$|"
        r"[,.?!]|and\b|when|so|but|visit))|\b(?:in|of|since|year) (?:20\d\d|19\d\d)\b|"
        r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{1,2}:\d\d\b|\b\d{1,2} ?(?:am|pm|a\.m|p\.m)\b|\b\d+(?:st|nd|rd|"
        r"th)\b|\b\d+ ?(?:%|percent|por ciento)"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|"
        r"apr|jun|jul|aug|sept?|oct|nov|dec)\.? \d{1,2}\b(?!\d)|\b\d{1,2} (?:de )?(?:january|february|march|april|"
        r"may|june|july|august|september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|"
        r"agosto|septiembre|octubre|noviembre|diciembre)\b|\b(?:el|dia|al) (?:dia )?\d{1,2}\b(?! ?(?:dolares|"
        r"pesos|%))"

)  # fmt: skip
_AT_MOST = re.compile(
    r"\b(?:can ?not|could not|not|no|never|nothing)(?: \w+){0,2} (?:more|over|above|past)(?: than)? (?=\$? ?\d)"
)
"""A limit is an offer: no more than 50."""
_SMALL = r"(?:[2-9]|1[0-4])\b(?! ?(?:dollars|bucks|a\b))"
_REFUSED = re.compile(
    r"\b(?:instead of|not|rather than) (?:the )?" + _SMALL + r",? (?:\w+ ){0,3}" + _SMALL + r"|"
    r"\b(?:split|divide|break|spread)(?: \w+){0,3} (?:in|into|over|by) " + _SMALL + r"|"
    r"\b(?:months?|payments?|meses|pagos)\b[^.]{0,40}\b(?:have|need|make it|give me|do) " + _SMALL + r"$|"
    r"\b(?:[2-9]|1[0-4]) (?:instead of|rather than|not) (?:the )?(?:[2-9]|1[0-4])\b(?! ?(?:dollars|bucks))|"
    r"\b(?:split|divide|spread|stretch|break)(?: up| out)? (?:the |my |this |that |all )*\$? ?\d{2,}[\d,.]*|"
    r"\$? ?\d{3,}[\d,.]* (?:in|into|over|across) (?:\d{1,2}|a few|several|some) (?:\w+ )?"
    r"(?:payments|months|parts|weeks)|"
        r"\b(?:can not|could not|will not|not|never|no puedo|no podemos|without|instead of|rather than|than|"
        r"more than the|cant) (?:\w+ ){0,3}?(?:do|pay|afford|swing|manage|make|handle|pagar|dar|with|come up with|"
        r"have|the|than)? ?(?:the |that |all |los |full )*\$? ?\d(?:[\d,.]*\d)?(?: ?(?:dollars|bucks))?(?: (?:a|per|"
        r"each|every|al) (?:month|week|mes|two weeks|payment))?(?! (?:payments|months|until))"
    r"|\$? ?\d(?:[\d,.]*\d)?(?: ?(?:dollars|bucks|dolares))?(?: (?:a|per|each|every|al) (?:month|week|"
        r"mes))? (?:is|are|es|seems|was|would be|just) (?:still |just |way |really |a bit |a little |kinda |"
        r"kind of |muy |un poco )*(?:too (?:much|high|steep|rich)|a lot|steep|high|more than i|demasiado|mucho|"
        r"impossible|not (?:doable|possible|going)|out of|hard for|tough)"
    r"|\b(?:the|my|your|this|that|a|your) \$? ?\d(?:[\d,.]*\d)? ?(?:dollars? )?(?:balance|bill|charge|total|"
        r"statement|invoice|owed|i owe|due|deductible|copay|saldo|fee|co pay)\b"
    r"|\b(?:owe|balance (?:of|is|was)|bill (?:of|is|was|for)|total (?:of|is|was)|says|said|showing|"
        r"charged(?: me)?(?! my)|debo|billed(?: me)?|told(?: me)?|quoted(?: me)?|supposed to be|it would be|"
        r"was only) (?:i owe )?\$? ?\d(?:[\d,.]*\d)?"

)  # fmt: skip

_COUNTS = (
    re.compile(
        r"(?<![.$])\b(\d{1,2}) (?:\w+ ){0,2}?(?:payments?|installments?|pagos|cuotas|abonos|mensualidades|parts?|"
        r"partes|parcialidades|chunks|pieces|splits|checks|paychecks|paydays|ways|pay ?periods|times|equal)\b"
    ),
    re.compile(r"(?<![.$])\b(\d{1,2}) ?-?(?:payment|installment|month|pay)\b(?: plan)?"),
    re.compile(
        r"(?:\bover|\bin|\bfor|\bacross|\bto|\bmake it|\bdo|\bneed|\bhave|\babout|\bwant|\bwithin|\bplan of|\bat|"
        r"\bthan|\ben|\ba|\blike|\bof|\bor|\bprefer|\bpor|\binto|\bthrough|\binstead of \d+|\bits?|\bit|"
        r"\bhow about|\bwith|\btake|^|[.,?!] ?) ?(?:like |about |maybe |say |just |only |at least |uh |"
        r"the )*(\d{1,2}) (?:more )?(?:months?|mos|meses|mths)\b"
    ),
    re.compile(
        r"(?<![.$])\b(\d{1,2}) (?:more )?(?:months?|mos|meses|mths|(?<=\b[2-9] )monthly|(?<=\b1[0-8] )monthly)"
        r"\b(?! (?:ago|late|behind|past|old|later|"
        r"from now|of pay))"
    ),
    re.compile(r"(?<![.$])\b(\d{1,2}) ?(?:x|\*|@) ?\$? ?\d"),
    re.compile(r"(?<![.$])\b(\d{1,2}) (?:weeks|wks|semanas) (?:at|of|for|de) \$? ?\d"),
    re.compile(r"\$? ?\d{2,}(?:\.\d\d)? ?(?:x|\*|times) ?(\d{1,2})\b(?!\.| ?(?:a|per)\b)"),
    re.compile(r"\b(?:week|weekly|semanal(?:es)?|semana)\b.*\b(?:for|por) (\d{1,2}) (?:weeks|wks|semanas)\b"),
    re.compile(
        r"\b(?:months?|payments?|meses|pagos)\b[^.]{0,40}\b(?:have|need|make it|give me|do) (\d{1,2})$"
    ),
    re.compile(
        r"\b(?:instead of|not|rather than|than) (?:the )?(?:\d{1,2}\b|four)(?: months| payments)?,? ?(?:can (?:it|"
        r"we|i) (?:be|do|make it|have)|make it|do|how about|could (?:it|we|i) (?:be|do|have)|i (?:want|need)|"
        r"let us do|lets do|maybe|what about|give me|id need)? ?(\d{1,2})\b(?! ?(?:dollars|bucks))"
    ),
    re.compile(
        r"\b(?:en vez de|en lugar de|instead of) (?:the )?\d{1,2},? (?:que sean|mejor|quiero|can it be|let it be)"
        r" (\d{1,2})\b"
    ),
    re.compile(
        r"\b(?:make it|do|over|split(?: it| this| that)?(?: in| into| by| up)?|divide(?: it| this)?(?: by| in|"
        r" into)?|break it(?: up| down)? (?:in|into)|dividir(?:lo)? en|en|"
        r"spread(?: it)? over) (?:to )?(\d{1,2})\b(?= ?(?:$|[?!.,]|instead|please|not|rather|equal|and|if|partes|"
        r"de))"
    ),
    re.compile(
        r"(?<![.$])\b(\d{1,2})(?: \w+)? (?:instead of|not|rather than|en vez de|en lugar de) "
        r"(?:the )?\d{1,2}\b(?! ?(?:dollars|"
        r"bucks|a month|\d))"
    ),
)  # fmt: skip

_A_YEAR = re.compile(r"\b(?:over|across|for|in) (?:a|1|one) (?:full |whole )?year\b(?! ago)(?<!for a year ago)")
"""A year of payments by the month, beside a word of paying in parts."""
_IN_PARTS = re.compile(r"\b(?:split|spread|stretch|divide|break|pay|payments?|installments?|do)\b")
_BARE_COUNT = 14
"""A larger number without a word for payments is money: "45 not 80", "I could do 20"."""
Frequency = Literal["weekly", "biweekly", "semimonthly", "monthly"]
_OFTEN: tuple[tuple[Frequency, re.Pattern[str]], ...] = (
    ("semimonthly", re.compile(
        r"\b(?:twice|two times|2 times|2x|dos veces) (?:a|per|each|every|al|por) (?:month|mes)\b|"
        r"\bsemi ?-?monthly\b|\b(?:cada|por|a la|quincena|en cada) ?quincena(?:l|s)?\b|\bquincenal(?:es|mente)?\b|"
        r"\bevery 15 days\b|\bcada (?:15|quince) dias\b|\b(?:1st|5th|15th|10th|2nd|3rd) and (?:the )?(?:15th|20th|"
        r"16th|25th|30th|last|17th|18th|19th)\b(?= (?:of )?(?:every|each|the month|monthly)|$)|\b(?:el|los) (?:1|"
        r"15|5|10) y (?:el )?(?:15|30|20|25)\b|\bcada quincena\b"
    )),
    ("biweekly", re.compile(
        r"\b(?:every|each|once every) (?:other|2|two|second) (?:week|weeks|friday|monday|tuesday|wednesday|"
        r"thursday|saturday|sunday|paycheck|pay ?day|wk|wks)\b|\bbi ?-?weekly\b|\b(?:every )?fortnight(?:ly)?\b|"
        r"\bcada (?:2|dos) semanas\b|\b(?:every|each|per|a) (?:paycheck|pay ?day|pay ?period|check|"
        r"pay)\b(?=.*\b(?:every other|biweekly|bi weekly|two weeks|2 weeks|bi-weekly)\b)|\b(?:every other|"
        r"biweekly|bi weekly|two weeks|2 weeks|bi-weekly)\b(?=.*\b(?:every|each|per|a) (?:paycheck|pay ?day|"
        r"pay ?period|check)\b)|\bevery 14 days\b|\bquincenal cada 2 semanas\b"
    )),
    ("weekly", re.compile(
        r"\b(?:a|per|each|every|/|once a|one) ?(?:single )?(?:week|wk)\b(?! (?:from|ago|or (?:two|2|so)|later|off|"
        r"late|before|after \w+|to (?:pay|"
        r"get)))(?<!within a week)(?<!in a week)(?<!about a week)(?<!for a week)(?<!another week)|/ ?(?:wk|"
        r"week)\b|\bweekly\b|\b(?:a la|por|cada) semana\b|\bsemanal(?:es|mente)?\b|\b(?:every|each) (?:friday|"
        r"monday|tuesday|wednesday|thursday|saturday|sunday)\b|\bcada (?:viernes|lunes|martes|miercoles|jueves|"
        r"sabado|domingo)\b|\bcada (?:8|ocho) dias\b|\b\d+ weeks (?:of|at)\b|"
        r"\b(?:once|1x|one time) (?:a|per) week\b|\bevery 7 days\b"
    )),
    ("monthly", re.compile(
        r"\b(?:a|per|each|every|/|once a|one|of every|of each) ?(?:single )?(?:month|mo|mth)\b(?! (?:from|ago|"
        r"or (?:two|2|so)|later|off|late|before|after(?! that)|to (?:pay|"
        r"get)))(?<!within a month)(?<!in a month)(?<!about a month)(?<!for a month)|/ ?(?:mo|month|mth)\b|"
        r"\$ ?\d[\d.,]* ?(?:mo|mth)\b|"
        r"\bmonthly\b|\b(?:al|por|cada|x) mes\b|\bmensual(?:es|mente)?\b|\bmensualidad(?:es)?\b|\b(?:\d{1,2}|few|"
        r"several|some|2) (?:more )?(?:months?|mos|meses|mths)\b(?! (?:ago|late|behind|past|old|later|from now|"
        r"until))|\bevery (?:\d{1,2}(?:st|nd|rd|th)|30 days)\b|\b(?:the )?\d{1,2}(?:st|nd|rd|th) of (?:every|each|"
        r"the) month\b(?<!of the month)|\bmonth to month\b|\beach month\b|\b\d{1,2} ?-?month\b"
    )),
)  # fmt: skip


def amount_cents(text: str) -> int | None:
    """What is offered per payment, or now, or was paid, in cents; `text` has its numbers in digits.

    Left out: what is refused ("I can't do 80"), the balance itself, an income, numbers of checks and accounts.
    """
    text = _REFUSED.sub(" ~ ", _EXCLUDED.sub(" ~ ", _AT_MOST.sub("at most ", text)))
    for pattern in (*_TIED, *_PLAIN):
        for found in pattern.finditer(text):
            cents = _cents(found[1])
            if (100 if "$" in found[0] else 500) <= cents <= 5_000_000:
                return cents
    return None


def _cents(digits: str) -> int:
    whole, _, part = digits.replace(",", "").partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def installments(text: str) -> int | None:
    """How many payments; months count as payments."""
    for pattern in reversed(_COUNTS[8:]):
        found = pattern.search(text)
        if found and 2 <= int(found[1]) <= _BARE_COUNT:
            return int(found[1])
    for pattern in _COUNTS[:8]:
        for found in pattern.finditer(text):
            if 2 <= int(found[1]) <= 60:
                return int(found[1])
    return 12 if _A_YEAR.search(text) and _IN_PARTS.search(text) else None


def frequency(text: str) -> Frequency | None:
    """How often; the finest rhythm named wins."""
    return next((name for name, pattern in _OFTEN if pattern.search(text)), None)


def terms_named(text: str) -> bool:
    """True when a count of payments is named, or an amount with its rhythm."""
    if installments(text) is not None:
        return True
    return frequency(text) is not None and amount_cents(text) is not None
