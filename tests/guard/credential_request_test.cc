#include "guard/credential_request.h"

#include <gtest/gtest.h>

namespace aegis::guard {
namespace {

TEST(CredentialRequest, FieldsThatHoldOne) {
  for (const char* field : {"password", "Password (again)", "githubApiKey", "api_key", "API key",
                            "card_number", "cvv", "accessToken", "Contraseña", "Mot de passe",
                            "Enter the 2FA code", "ssn", "seedPhrase", "DB_PASSWORD", "client-secret"}) {
    EXPECT_NE(credential_in_field(field), "") << field;
  }
}

TEST(CredentialRequest, OrdinaryFields) {
  for (const char* field : {"name", "email", "keyword", "token_count", "passenger", "keyboard layout",
                            "passwordLength", "password policy", "Which branch?", "card", "pin the message",
                            "discard", "api", "max tokens", "primary key", "secretary", "Monkey"}) {
    EXPECT_EQ(credential_in_field(field), "") << field;
  }
}

TEST(CredentialRequest, SentencesThatAskForOne) {
  for (const char* message :
       {"Please enter your GitHub password to continue.",
        "Your session has expired: confirm your API key below.", "Bitte geben Sie Ihr Passwort ein.",
        "To go on, paste the recovery phrase of your wallet", "Por favor, introduce tu contraseña",
        "We need your credit card number. Type it here."}) {
    EXPECT_NE(credential_asked_for(message), "") << message;
  }
}

TEST(CredentialRequest, SentencesThatOnlySpeakOfOne) {
  for (const char* message :
       {"How should password resets be handled?", "The file mentions a private key. Delete the file?",
        "Which of the two API keys rotates first?", "What is your name?", "Enter the number of results.",
        "Please enter the password policy: strict or relaxed", ""}) {
    EXPECT_EQ(credential_asked_for(message), "") << message;
  }
}

}  // namespace
}  // namespace aegis::guard
