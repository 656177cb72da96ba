"""Time zones where a state, ZIP code or area code lies: facts of geography only, erring on the side of more zones."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

EAST, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
ARIZONA, ALASKA, ALEUTIANS, HAWAII = "America/Phoenix", "America/Anchorage", "America/Adak", "Pacific/Honolulu"
PUERTO_RICO, VIRGIN_ISLANDS, GUAM, SAIPAN = "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan"
SAMOA = "Pacific/Pago_Pago"
IDAHO = "America/Boise"

Zones = tuple[str, ...]

STATES: dict[Zones, str] = {
    (EAST,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (CENTRAL,): "AL AR IA IL LA MN MO MS OK WI",
    (MOUNTAIN,): "CO MT NM UT WY",
    (PACIFIC,): "CA WA",
    (EAST, CENTRAL): "FL IN KY MI TN",
    (CENTRAL, MOUNTAIN): "KS ND NE SD TX",
    (PACIFIC, MOUNTAIN): "NV OR",
    (IDAHO, PACIFIC): "ID",
    (ARIZONA, MOUNTAIN): "AZ",
    (ALASKA, ALEUTIANS): "AK",
    (HAWAII,): "HI",
    (PUERTO_RICO,): "PR",
    (VIRGIN_ISLANDS,): "VI",
    (GUAM,): "GU",
    (SAIPAN,): "MP",
    (SAMOA,): "AS",
}
"""Every zone a state lies in. Arizona does not change its clocks, the Navajo Nation within it does."""

POSTAL: tuple[tuple[int, Zones], ...] = (
    (0, ()), (5, (EAST,)), (6, (PUERTO_RICO,)), (8, (VIRGIN_ISLANDS,)), (9, (PUERTO_RICO,)), (10, (EAST,)), (90, ()),
    (100, (EAST,)), (324, (EAST, CENTRAL)), (326, (EAST,)), (340, ()), (341, (EAST,)), (350, (CENTRAL,)),
    (373, (EAST, CENTRAL)), (375, (CENTRAL,)), (376, (EAST,)), (380, (CENTRAL,)), (383, (EAST, CENTRAL)),
    (386, (CENTRAL,)), (398, (EAST,)), (420, (EAST, CENTRAL)), (428, ()), (430, (EAST,)), (463, (CENTRAL,)),
    (465, (EAST, CENTRAL)), (467, (EAST,)), (469, (EAST, CENTRAL)), (470, (EAST,)), (475, (EAST, CENTRAL)),
    (478, (EAST,)), (498, (EAST, CENTRAL)), (500, (CENTRAL,)), (569, (EAST,)), (570, (CENTRAL,)),
    (575, (CENTRAL, MOUNTAIN)), (578, ()), (580, (CENTRAL,)), (585, (CENTRAL, MOUNTAIN)), (589, ()),
    (590, (MOUNTAIN,)), (600, (CENTRAL,)), (677, (CENTRAL, MOUNTAIN)), (680, (CENTRAL,)), (690, (CENTRAL, MOUNTAIN)),
    (694, ()), (700, (CENTRAL,)), (798, (CENTRAL, MOUNTAIN)), (800, (MOUNTAIN,)), (832, (IDAHO,)),
    (835, (IDAHO, PACIFIC)), (836, (IDAHO,)), (838, (PACIFIC,)), (839, ()), (840, (MOUNTAIN,)), (850, (ARIZONA,)),
    (859, (ARIZONA, MOUNTAIN)), (861, ()), (863, (ARIZONA,)), (865, (ARIZONA, MOUNTAIN)), (866, ()),
    (870, (MOUNTAIN,)), (886, ()), (889, (PACIFIC,)), (898, (PACIFIC, MOUNTAIN)), (899, ()), (900, (PACIFIC,)),
    (962, ()), (967, (HAWAII,)), (969, (GUAM, SAIPAN)), (970, (PACIFIC,)), (979, (PACIFIC, MOUNTAIN)),
    (980, (PACIFIC,)), (995, (ALASKA, ALEUTIANS)),
)  # fmt: skip
"""From this three-digit prefix on, up to the next row. Empty where none is in use or the mail is military."""

AREA_CODES: dict[Zones, str] = {
    (EAST,): (
        "201 202 203 207 212 215 216 220 223 227 229 234 239 240 248 252 260 267 269 272 276 283 301 302 304 "
        "305 313 315 317 321 324 326 329 330 332 336 339 347 351 352 363 380 386 401 404 407 410 412 413 419 "
        "434 436 440 443 445 463 470 472 475 478 484 502 508 513 516 517 518 540 551 561 567 570 571 582 585 "
        "586 603 607 609 610 614 616 617 631 640 645 646 656 667 678 679 680 681 686 689 703 704 706 716 717 "
        "718 724 727 728 732 734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 804 810 813 814 821 "
        "826 828 835 838 839 843 845 848 854 856 857 859 860 861 862 863 864 865 878 904 908 910 912 914 917 "
        "919 929 934 937 941 943 947 948 954 959 973 978 980 984 989"
    ),
    (CENTRAL,): (
        "205 210 214 217 218 219 224 225 228 235 251 254 256 262 274 281 309 312 314 316 318 319 320 325 327 "
        "331 334 337 346 353 361 402 405 409 414 417 430 447 464 469 479 501 504 507 512 515 531 534 539 557 "
        "563 572 573 580 601 608 612 615 618 629 630 636 641 651 659 660 662 682 708 712 713 715 726 730 731 "
        "737 763 769 773 779 806 815 816 817 830 832 847 870 872 901 903 913 918 920 936 938 940 945 952 956 "
        "972 975 979 985"
    ),
    (MOUNTAIN,): "303 307 385 406 435 505 575 719 720 748 801 915 970 983",
    (PACIFIC,): (
        "206 209 213 253 279 310 323 341 350 360 369 408 415 424 425 442 503 509 510 530 559 562 564 619 626 "
        "628 650 657 661 669 702 707 714 725 738 747 760 805 818 820 831 840 858 909 916 925 949 951 971"
    ),
    (EAST, CENTRAL): "231 270 364 423 448 574 606 812 850 906 930 931",
    (CENTRAL, MOUNTAIN): "308 432 605 620 701 785",
    (PACIFIC, MOUNTAIN): "458 541 775",
    (IDAHO, PACIFIC): "208 986",
    (ARIZONA,): "480 520 602 623",
    (ARIZONA, MOUNTAIN): "928",
    (ALASKA, ALEUTIANS): "907",
    (HAWAII,): "808",
    (PUERTO_RICO,): "787 939",
    (VIRGIN_ISLANDS,): "340",
    (GUAM,): "671",
    (SAIPAN,): "670",
    (SAMOA,): "684",
}
"""Where a number was given out; people keep theirs when they move, so this is one candidate among others."""

_STATE = {state: zones for zones, states in STATES.items() for state in states.split()}
ALL_STATES = frozenset(_STATE)
"""Two letters each: the states, the district and the territories."""
_AREA_CODE = {code: zones for zones, codes in AREA_CODES.items() for code in codes.split()}
_PREFIXES = [prefix for prefix, _ in POSTAL]


def zones_of_state(state: str) -> Zones:
    """Every zone of a state or territory by its two letters; empty when there is none such."""
    return _STATE.get(state, ())


@lru_cache(maxsize=4096)
def zones_of_postal_code(code: str) -> Zones:
    """Every zone of a ZIP code's first three digits; empty for military mail and prefixes not in use."""
    return POSTAL[bisect_right(_PREFIXES, int(code[:3])) - 1][1] if code[:3].isdigit() else ()


def zones_of_phone(number: str) -> Zones:
    """Every zone of the area code of a number in E.164; empty outside the United States and for toll-free numbers."""
    return _AREA_CODE.get(number[2:5], ()) if number.startswith("+1") else ()
