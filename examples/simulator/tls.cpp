// Certificates by OpenSSL's API: a P-256 CA signs a P-256 server certificate.
#include "tls.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>

#include "text.hpp"

namespace petrel::sim {
namespace {

template <auto Release>
struct Releaser {
    template <typename T>
    void operator()(T* object) const {
        Release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releaser<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Releaser<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Releaser<std::fclose>>;

constexpr long kHour_s = 3600;
constexpr long kValid_s = 365L * 24 * kHour_s;

struct Identity {
    Key key;
    Certificate certificate;
};

bool extend(X509* certificate, X509* issuer, int id, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), (serial >> 1) | 1) == 1;
}

// Signed by the issuer, or by itself without one.
bool make_identity(Identity& out, const char* name, const Identity* issuer) {
    out.key.reset(EVP_EC_gen("P-256"));
    out.certificate.reset(X509_new());
    X509* certificate = out.certificate.get();
    if (!out.key || certificate == nullptr || X509_set_version(certificate, 2) != 1 ||
        !set_serial(certificate) || X509_set_pubkey(certificate, out.key.get()) != 1) {
        return false;
    }
    X509_gmtime_adj(X509_getm_notBefore(certificate), -kHour_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate), kValid_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509* signer = issuer == nullptr ? certificate : issuer->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    const bool extended =
        issuer == nullptr
            ? extend(certificate, signer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                  extend(certificate, signer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                  extend(certificate, signer, NID_subject_key_identifier, "hash")
            : extend(certificate, signer, NID_basic_constraints, "critical,CA:FALSE") &&
                  extend(certificate, signer, NID_key_usage, "critical,digitalSignature") &&
                  extend(certificate, signer, NID_ext_key_usage, "serverAuth") &&
                  extend(certificate, signer, NID_authority_key_identifier, "keyid") &&
                  extend(certificate, signer, NID_subject_alt_name,
                         "DNS:localhost,IP:127.0.0.1,IP:::1");
    EVP_PKEY* signing_key = issuer == nullptr ? out.key.get() : issuer->key.get();
    return extended && X509_sign(certificate, signing_key, EVP_sha256()) > 0;
}

bool write_certificate(const std::string& path, X509* certificate) {
    const File file(std::fopen(path.c_str(), "w"));
    return file && PEM_write_X509(file.get(), certificate) == 1;
}

bool write_key(const std::string& path, EVP_PKEY* key) {
    const int descriptor = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    const File file(descriptor < 0 ? nullptr : ::fdopen(descriptor, "w"));
    return file &&
           PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
}

}  // namespace

Outcome<TlsFiles> make_self_signed(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::string base = std::filesystem::absolute(folder, error).string();
    TlsFiles files{base + "/server.pem", base + "/server.key", base + "/ca.pem"};
    Identity authority;
    Identity server;
    if (!make_identity(authority, "petrel-sim CA", nullptr) ||
        !make_identity(server, "localhost", &authority)) {
        return Failure{"--tls-self-signed: OpenSSL could not make the certificates"};
    }
    if (!write_certificate(files.ca, authority.certificate.get()) ||
        !write_certificate(files.certificate, server.certificate.get()) ||
        !write_key(files.key, server.key.get())) {
        return Failure{join("--tls-self-signed: cannot write into '", folder,
                            "'; give a folder you may write to")};
    }
    return files;
}

Outcome<std::unique_ptr<boost::asio::ssl::context>> tls_context(const TlsFiles& files) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    context->set_options(
        ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
        error);
    context->use_certificate_chain_file(files.certificate, error);
    if (error) {
        return Failure{join("--cert: cannot use '", files.certificate, "': ", error.message())};
    }
    context->use_private_key_file(files.key, ssl::context::pem, error);
    if (error) {
        return Failure{join("--key: cannot use '", files.key, "': ", error.message())};
    }
    return context;
}

}  // namespace petrel::sim
