// OpenSSL's EVP, for SM3 and SM4 alone.
#pragma once
#include <openssl/evp.h>
#include <openssl/err.h>
