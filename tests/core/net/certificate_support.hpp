// Certificates made at test time: an authority, and leaves that are right or wrong in one respect.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>

namespace petrel::core::test {

struct Release {
    void operator()(X509* c) const { X509_free(c); }
    void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
};

struct Certificate {
    std::unique_ptr<X509, Release> certificate;
    std::unique_ptr<EVP_PKEY, Release> key;
};

struct CertificateWish {
    std::string common_name = "mini";
    std::string alternative = "IP:127.0.0.1";  // subjectAltName
    long valid_from_s = -3600;                 // from now
    long valid_to_s = 3600;
    const Certificate* issuer = nullptr;  // null: self-signed
    bool authority = false;
};

Certificate make_certificate(const CertificateWish& wish);

// A file with certificates in PEM form, removed at the end.
class PemFile {
public:
    explicit PemFile(const Certificate& certificate);
    ~PemFile();
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace petrel::core::test
