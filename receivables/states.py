"""In which state an address or number lies: facts of geography, for the laws that hold there; no law stands here."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from receivables.case import Case
from receivables.people import Channel

POSTAL: tuple[tuple[int, str], ...] = (
    (0, ""), (5, "NY"), (6, "PR"), (8, "VI"), (9, "PR"), (10, "MA"), (28, "RI"), (30, "NH"), (39, "ME"), (50, "VT"),
    (55, "MA"), (56, "VT"), (60, "CT"), (70, "NJ"), (90, ""), (100, "NY"), (150, "PA"), (197, "DE"), (200, "DC"),
    (201, "VA"), (202, "DC"), (206, "MD"), (220, "VA"), (247, "WV"), (269, ""), (270, "NC"), (290, "SC"), (300, "GA"),
    (320, "FL"), (340, ""), (341, "FL"), (350, "AL"), (370, "TN"), (386, "MS"), (398, "GA"), (400, "KY"), (428, ""),
    (430, "OH"), (460, "IN"), (480, "MI"), (500, "IA"), (529, ""), (530, "WI"), (550, "MN"), (568, ""), (569, "DC"),
    (570, "SD"), (578, ""), (580, "ND"), (589, ""), (590, "MT"), (600, "IL"), (630, "MO"), (659, ""), (660, "KS"),
    (680, "NE"), (694, ""), (700, "LA"), (715, ""), (716, "AR"), (730, "OK"), (733, "TX"), (734, "OK"), (750, "TX"),
    (800, "CO"), (817, ""), (820, "WY"), (832, "ID"), (839, ""), (840, "UT"), (848, ""), (850, "AZ"), (866, ""),
    (870, "NM"), (885, "TX"), (886, ""), (889, "NV"), (899, ""), (900, "CA"), (962, ""), (967, "HI"), (969, "GU"),
    (970, "OR"), (980, "WA"), (995, "AK"),
)  # fmt: skip
"""From this three-digit prefix of a ZIP code on, up to the next row. Empty: not in use, or military mail."""

AREA_CODES = {
    "AK": "907",
    "AL": "205 251 256 334 659 938",
    "AR": "327 479 501 870",
    "AZ": "480 520 602 623 928",
    "CA": (
        "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 "
        "760 805 818 820 831 840 858 909 916 925 949 951"
    ),
    "CO": "303 719 720 748 970 983",
    "CT": "203 475 860 959",
    "DC": "202 771",
    "DE": "302",
    "FL": "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
    "GA": "229 404 470 478 678 706 762 770 912 943",
    "GU": "671",
    "HI": "808",
    "IA": "319 515 563 641 712",
    "ID": "208 986",
    "IL": "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872",
    "IN": "219 260 317 463 574 765 812 930",
    "KS": "316 620 785 913",
    "KY": "270 364 502 606 859",
    "LA": "225 318 337 504 985",
    "MA": "339 351 413 508 617 774 781 857 978",
    "MD": "227 240 301 410 443 667",
    "ME": "207",
    "MI": "231 248 269 313 517 586 616 679 734 810 906 947 989",
    "MN": "218 320 507 612 651 763 952",
    "MO": "235 314 417 557 573 636 660 816 975",
    "MP": "670",
    "MS": "228 601 662 769",
    "MT": "406",
    "NC": "252 336 472 704 743 828 910 919 980 984",
    "ND": "701",
    "NE": "308 402 531",
    "NH": "603",
    "NJ": "201 551 609 640 732 848 856 862 908 973",
    "NM": "505 575",
    "NV": "702 725 775",
    "NY": "212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934",
    "OH": "216 220 234 283 326 330 380 419 436 440 513 567 614 740 937",
    "OK": "405 539 572 580 918",
    "OR": "458 503 541 971",
    "PA": "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
    "PR": "787 939",
    "RI": "401",
    "SC": "803 821 839 843 854 864",
    "SD": "605",
    "TN": "423 615 629 731 865 901 931",
    "TX": (
        "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 "
        "979"
    ),
    "UT": "385 435 801",
    "VA": "276 434 540 571 686 703 757 804 826 948",
    "VI": "340",
    "VT": "802",
    "WA": "206 253 360 425 509 564",
    "WI": "262 274 353 414 534 608 715 920",
    "WV": "304 681",
    "WY": "307",
}
"""Where a number was given out; people keep theirs when they move, so this is one candidate among others."""

_OF_CODE = {code: state for state, codes in AREA_CODES.items() for code in codes.split()}
_PREFIXES = [prefix for prefix, _ in POSTAL]


@lru_cache(maxsize=4096)
def state_of_postal_code(code: str) -> str:
    """Two letters, empty for military mail and prefixes not in use."""
    return POSTAL[bisect_right(_PREFIXES, int(code[:3])) - 1][1] if code[:3].isdigit() else ""


def state_of_phone(number: str) -> str:
    """Two letters by the area code of a number in E.164, empty outside the states and for toll-free numbers."""
    return _OF_CODE.get(number[2:5], "") if number.startswith("+1") else ""


def states_of(case: Case, practice_state: str) -> tuple[str, ...]:
    """Every state the guarantor may be in, by address and by numbers; the practice's own when neither names one."""
    guarantor = case.guarantor
    if guarantor is None:
        return (practice_state,)
    found = [guarantor.state or "", state_of_postal_code(guarantor.postal_code or "")]
    found += [state_of_phone(point.value) for point in guarantor.contact_points if point.channel is Channel.sms]
    return tuple(dict.fromkeys(state for state in found if state)) or (practice_state,)
