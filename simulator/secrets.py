"""Well-known credentials of the simulated vendors, for tests only; nothing real is ever accepted or kept here."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TWILIO_ACCOUNT_SID = "AC" + "0" * 32
TWILIO_AUTH_TOKEN = "simulated-twilio-auth-token-0001"
STRIPE_API_KEY = "sk_test_simulated0000000000000001"
STRIPE_WEBHOOK_SECRET = "whsec_simulated0000000000000001"
SENDGRID_API_KEY = "SG.simulated.0000000000000001"
PRACTICE_API_KEY = "practice-simulated-0001"
PRACTICE_WEBHOOK_SECRET = "practice-webhook-simulated-0001"


@dataclass(frozen=True)
class Keys:
    """Everything the product has to be told to speak with this world."""

    twilio_account_sid: str = TWILIO_ACCOUNT_SID
    twilio_auth_token: str = TWILIO_AUTH_TOKEN
    stripe_api_key: str = STRIPE_API_KEY
    stripe_webhook_secret: str = STRIPE_WEBHOOK_SECRET
    sendgrid_api_key: str = SENDGRID_API_KEY
    practice_api_key: str = PRACTICE_API_KEY
    practice_webhook_secret: str = PRACTICE_WEBHOOK_SECRET
    sendgrid_signer: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def sign_for_sendgrid(self, payload: bytes) -> str:
        """Base64 of the ECDSA signature over timestamp and body."""
        return base64.b64encode(self.sendgrid_signer.sign(payload, ec.ECDSA(hashes.SHA256()))).decode()

    def as_json(self) -> dict[str, dict[str, str]]:
        """What `GET /_/keys` answers; SendGrid's public key is base64 of its DER form."""
        der = self.sendgrid_signer.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "twilio": {"account_sid": self.twilio_account_sid, "auth_token": self.twilio_auth_token},
            "stripe": {"api_key": self.stripe_api_key, "webhook_secret": self.stripe_webhook_secret},
            "sendgrid": {"api_key": self.sendgrid_api_key, "public_key": base64.b64encode(der).decode()},
            "practice": {"api_key": self.practice_api_key, "webhook_secret": self.practice_webhook_secret},
        }
