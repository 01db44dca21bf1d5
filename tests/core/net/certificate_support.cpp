// Certificates by the OpenSSL API: P-256 keys, SHA-256.
#include "core/net/certificate_support.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

namespace petrel::core::test {
namespace {

void extend(X509* certificate, int id, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

Certificate make_certificate(const CertificateWish& wish) {
    static std::atomic<long> serial{1};
    Certificate made;
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    X509* c = made.certificate.get();
    X509_set_version(c, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(c), serial++);
    X509_gmtime_adj(X509_getm_notBefore(c), wish.valid_from_s);
    X509_gmtime_adj(X509_getm_notAfter(c), wish.valid_to_s);
    X509_set_pubkey(c, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1,
                               -1, 0);
    const Certificate& issuer = wish.issuer != nullptr ? *wish.issuer : made;
    X509_set_issuer_name(c, X509_get_subject_name(issuer.certificate.get()));
    if (wish.authority) {
        extend(c, NID_basic_constraints, "critical,CA:TRUE");
        extend(c, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        extend(c, NID_subject_alt_name, wish.alternative);
    }
    X509_sign(c, issuer.key.get(), EVP_sha256());
    return made;
}

PemFile::PemFile(const Certificate& certificate) {
    std::string name = (std::filesystem::temp_directory_path() / "petrel_ca_XXXXXX").string();
    const int fd = mkstemp(name.data());
    path_ = name;
    std::FILE* file = fdopen(fd, "w");
    PEM_write_X509(file, certificate.certificate.get());
    std::fclose(file);
}

PemFile::~PemFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

}  // namespace petrel::core::test
