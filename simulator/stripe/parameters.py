"""Which parameters each request takes, and their coercion from form texts; unknown names and bad values are refused.

A line lists `name`, `name:kind` or `name!:kind` (needed). Kinds: text (default), int, bool, object, list, any, or the
permitted words joined by `|`. Nested objects are passed on as they came, except where the code reads them.
"""

from __future__ import annotations

import re
from typing import Any

from simulator.stripe.errors import invalid

Kinds = dict[str, tuple[str, bool]]


def _table(*lines: str) -> Kinds:
    table: Kinds = {}
    for word in " ".join(("expand:list", *lines)).split():
        name, _, kind = word.partition(":")
        table[name.rstrip("!")] = (kind or "text", name.endswith("!"))
    return table


_PAY = (
    "automatic_payment_methods:object capture_method:automatic|automatic_async|manual confirm:bool confirmation_method "
    "customer description mandate mandate_data:object metadata:object off_session:any on_behalf_of payment_method "
    "payment_method_configuration payment_method_data:object payment_method_options:object payment_method_types:list "
    "receipt_email return_url setup_future_usage shipping:object statement_descriptor statement_descriptor_suffix "
    "transfer_data:object transfer_group use_stripe_sdk:bool error_on_requires_action:bool radar_options:object "
    "application_fee_amount:int client_secret customer_account confirmation_token excluded_payment_method_types:list "
    "allowed_payment_method_types:list amount_details:object payment_details:object hooks:object"
)
_PAGE = (
    "adaptive_pricing:object after_expiration:object allow_promotion_codes:bool automatic_tax:object "
    "billing_address_collection:auto|required branding_settings:object cancel_url client_reference_id "
    "consent_collection:object currency custom_fields:list custom_text:object customer customer_account "
    "customer_creation:always|if_required customer_email customer_update:object discounts:list "
    "allowed_payment_method_types:list excluded_payment_method_types:list expires_at:int integration_identifier "
    "invoice_creation:object line_items:list "
    "locale managed_payments:object metadata:object mode:payment|setup|subscription name_collection:object "
    "optional_items:list origin_context payment_intent_data:object payment_method_collection "
    "payment_method_configuration payment_method_data:object payment_method_options:object payment_method_types:list "
    "permissions:object phone_number_collection:object redirect_on_completion return_url "
    "saved_payment_method_options:object setup_intent_data:object shipping_address_collection:object "
    "shipping_options:list submit_type:auto|book|donate|pay|subscribe subscription_data:object success_url "
    "tax_id_collection:object ui_mode wallet_options:object"
)
_PAGING = "limit:int starting_after ending_before created:any"

ACCEPTED: dict[str, Kinds] = {
    "customers.create": _table(
        "address:any balance:int business_name cash_balance:object description email individual_name invoice_prefix "
        "invoice_settings:object metadata:object name next_invoice_sequence:int payment_method phone "
        "preferred_locales:list shipping:any source tax:object tax_exempt:none|exempt|reverse "
        "tax_id_data:list test_clock"
    ),
    "customers.update": _table(
        "address:any balance:int business_name default_source description email individual_name invoice_prefix "
        "invoice_settings:object metadata:any name phone preferred_locales:list shipping:any source tax:object "
        "tax_exempt:none|exempt|reverse"
    ),
    "payment_methods.create": _table(
        "allow_redisplay:always|limited|unspecified billing_details:object card:object customer metadata:object "
        "payment_method type link:object us_bank_account:object sepa_debit:object radar_options:object"
    ),
    "payment_methods.update": _table("allow_redisplay billing_details:object card:object metadata:any"),
    "payment_methods.attach": _table("customer customer_account"),
    "payment_methods.detach": _table(),
    "setup_intents.create": _table(
        "attach_to_self:bool automatic_payment_methods:object confirm:bool confirmation_token customer "
        "customer_account description "
        "flow_directions:list mandate_data:object metadata:object on_behalf_of payment_method "
        "payment_method_configuration payment_method_data:object payment_method_options:object "
        "allowed_payment_method_types:list payment_method_types:list return_url single_use:object "
        "usage:off_session|on_session use_stripe_sdk:bool"
    ),
    "setup_intents.confirm": _table(
        "client_secret confirmation_token mandate_data:object payment_method payment_method_data:object "
        "payment_method_options:object return_url use_stripe_sdk:bool"
    ),
    "setup_intents.cancel": _table("cancellation_reason"),
    "payment_intents.create": _table("amount!:int currency!", _PAY),
    "payment_intents.update": _table("amount:int currency", _PAY),
    "payment_intents.confirm": _table("amount_to_confirm:int", _PAY),
    "payment_intents.cancel": _table("cancellation_reason:abandoned|duplicate|fraudulent|requested_by_customer"),
    "payment_intents.capture": _table("amount_to_capture:int final_capture:bool metadata:any"),
    "charges.create": _table(
        "amount!:int currency! capture:bool customer description metadata:object receipt_email source:any "
        "statement_descriptor statement_descriptor_suffix shipping:object transfer_group"
    ),
    "charges.update": _table("customer description fraud_details:object metadata:any receipt_email shipping:object"),
    "refunds.create": _table(
        "amount:int charge currency customer instructions_email metadata:object origin payment_intent "
        "reason:duplicate|fraudulent|requested_by_customer refund_application_fee:bool reverse_transfer:bool"
    ),
    "refunds.update": _table("metadata:any"),
    "products.create": _table(
        "active:bool default_price_data:object description id images:list marketing_features:list  metadata:object "
        "name! "
        "package_dimensions:object shippable:bool statement_descriptor tax_code unit_label url"
    ),
    "prices.create": _table(
        "active:bool billing_scheme currency! currency_options:object custom_unit_amount:object lookup_key "
        "metadata:object nickname product product_data:object recurring:object tax_behavior tiers:list tiers_mode "
        "transfer_lookup_key:bool transform_quantity:object unit_amount:int unit_amount_decimal"
    ),
    "checkout_sessions.create": _table(_PAGE),
    "checkout_sessions.expire": _table(),
    "payment_pages.read": _table("key eid redirect_type elements_session_client:any browser_locale"),
    "payment_pages.confirm": _table(
        "payment_method expected_amount:int key eid return_url expected_payment_method_type payment_method_data:object"
    ),
    "payment_links.create": _table(
        "after_completion:object allow_promotion_codes:bool automatic_tax:object billing_address_collection "
        "consent_collection:object currency custom_fields:list custom_text:object customer_creation inactive_message "
        "invoice_creation:object line_items!:list metadata:object on_behalf_of payment_intent_data:object "
        "payment_method_collection payment_method_types:list phone_number_collection:object restrictions:object "
        "shipping_address_collection:object shipping_options:list submit_type subscription_data:object "
        "tax_id_collection:object transfer_data:object"
    ),
    "payment_links.update": _table("active:bool metadata:any line_items:list after_completion:object inactive_message"),
    "disputes.update": _table("evidence:object metadata:any submit:bool"),
    "disputes.close": _table(),
    "webhook_endpoints.create": _table(
        "api_version connect:bool description enabled_events!:list metadata:object url!"
    ),
    "list": _table(
        _PAGING,
        "customer email payment_intent charge status type types:list active:bool product payment_link source currency "
        "payment_method lookup_keys:list ids:list delivery_success:bool payout arrival_date:any destination",
    ),
    "read": _table(),
}


def check(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an operation with their types; StripeError names the first bad one."""
    kinds = ACCEPTED[operation]
    for name in given:
        if name not in kinds:
            raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
    for name, (_, needed) in kinds.items():
        if needed and given.get(name) in (None, "", []):
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return {name: _coerced(name, value, kinds[name][0]) for name, value in given.items()}


def _coerced(name: str, value: Any, kind: str) -> Any:
    if kind == "any" or (value == "" and kind not in ("int", "bool")):
        return value
    if kind == "int":
        if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value):
            shown = value if isinstance(value, str) else name
            raise invalid(f"Invalid integer: {shown}", name, "parameter_invalid_integer")
        return int(value)
    if kind == "bool":
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", name)
        return value == "true"
    if kind in ("object", "list"):
        wanted = dict if kind == "object" else list
        if not isinstance(value, wanted):
            raise invalid(f"Invalid {'object' if kind == 'object' else 'array'}", name)
        return value
    if not isinstance(value, str):
        raise invalid("Invalid string: this parameter is a text", name)
    if "|" in kind and value not in kind.split("|"):
        raise invalid(f"Invalid {name}: must be one of {', '.join(kind.split('|'))}", name)
    return value
