//! A certificate and its key in, TLS out.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, InconsistentKeys, ServerConfig};
use tokio_rustls::server::TlsStream;

/// The certificate of a server and its key, for TLS 1.2 and 1.3.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
}

/// Says nothing of the key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads both from files in PEM. `certificate` holds the server's own certificate and after it
    /// those of the authorities between it and a root that clients trust; `key` holds its private
    /// key, without a passphrase. Both may be the same file.
    ///
    /// The files are read once: a renewed certificate needs a restart.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, does not hold what it should, or the key is not that of the
    /// certificate. The message says which, and what to do.
    pub fn from_pem_files(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let chain = read_chain(certificate)?;
        let private_key = read_key(key)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, private_key);
        let mut config = match config {
            Ok(config) => config,
            Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => bail!(
                "the key in {} is not that of the certificate in {}; give the two files that were \
                 made together, and in the latter the server's own certificate first",
                key.display(),
                certificate.display()
            ),
            Err(error) => {
                let key = key.display();
                let certificate = certificate.display();
                return Err(error).with_context(|| {
                    format!("cannot use the key in {key} with the certificate in {certificate}")
                });
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let config = Arc::new(config);
        Ok(Self { config })
    }

    pub(super) async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        TlsAcceptor::from(Arc::clone(&self.config))
            .accept(stream)
            .await
    }
}

fn read(path: &Path, what: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| {
        let path = path.display();
        format!("cannot read the TLS {what} {path}; name a file that this user may read")
    })
}

fn read_chain(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let pem = read(path, "certificate")?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.with_context(|| {
        let path = path.display();
        format!("the TLS certificate {path} is damaged; copy it again from where it was made")
    })?;
    ensure!(
        !chain.is_empty(),
        "there is no certificate in {}; it must be in PEM, with a line -----BEGIN CERTIFICATE-----",
        path.display()
    );
    Ok(chain)
}

fn read_key(path: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    let pem = read(path, "key")?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
        let path = path.display();
        if is_encrypted(&pem) {
            return anyhow::anyhow!(
                "the TLS key {path} has a passphrase, which nobody is there to type; take it off \
                 with `openssl pkey -in {path} -out NEW_FILE`"
            );
        }
        anyhow::Error::new(error).context(format!(
            "there is no private key in {path}; it must be in PEM, with a line -----BEGIN PRIVATE \
             KEY-----"
        ))
    })
}

/// Both forms of keys with a passphrase say so in clear.
fn is_encrypted(pem: &[u8]) -> bool {
    const MARK: &[u8] = b"ENCRYPTED";
    pem.windows(MARK.len()).any(|window| window == MARK)
}
