/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where nothing is sent, so that nobody reaches through this server what he does not reach himself. */
@Component(service = AddressGuard.class, configurationPid = "org.guildhall.webhooks")
public final class AddressGuard {
    private static final Networks REFUSED = Networks.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",
            "::ffff:0:0:0/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8");
    /** IPv6 networks whose addresses hold one of IPv4 behind so many bytes. */
    private static final Networks TRANSLATED = Networks.of("64:ff9b::/96");

    private static final Networks TUNNELLED = Networks.of("2002::/16");
    private static final int IPV6_BYTES = 16;
    /** 2130706433, 0x7f.1 and 127.1 are addresses to some, and names to nobody. */
    private static final Pattern NUMBER_AT_END = Pattern.compile("(^|\\.)([0-9]+|0x[0-9a-f]*)$");

    private static final Logger LOG = LoggerFactory.getLogger(AddressGuard.class);

    private volatile Networks allowed = Networks.of();
    private volatile String mistake;

    /** etc/org.guildhall.webhooks.cfg. */
    public @interface Configuration {
        /** Networks to which something is sent although they are refused, in CIDR notation. */
        String[] allowedAddresses() default {};
    }

    @Activate
    public AddressGuard(Configuration configuration) {
        configure(configuration);
    }

    AddressGuard(String... allowed) {
        this.allowed = networks(allowed);
    }

    /** Stays where it is, so that a change of the file takes no rule away, be it for a moment or for a mistake in it. */
    @Modified
    void configure(Configuration configuration) {
        try {
            allowed = networks(configuration.allowedAddresses());
            mistake = null;
        } catch (IllegalArgumentException e) {
            mistake = e.getMessage();
            LOG.error("allowedAddresses in etc/org.guildhall.webhooks.cfg stays as it was before: {}", mistake);
        }
    }

    /** What is wrong with the setting; null for nothing. */
    String mistake() {
        return mistake;
    }

    private static Networks networks(String... texts) {
        return Networks.of(Arrays.stream(texts)
                .flatMap(text -> Arrays.stream(text.split("[,\\s]+")))
                .toArray(String[]::new));
    }

    boolean refuses(InetAddress address) {
        return refuses(address.getAddress());
    }

    private boolean refuses(byte[] address) {
        if (allowed.contain(address)) {
            return false;
        }
        if (REFUSED.contain(address)) {
            return true;
        }
        if (TRANSLATED.contain(address)) {
            return refuses(Arrays.copyOfRange(address, IPV6_BYTES - 4, IPV6_BYTES));
        }
        return TUNNELLED.contain(address) && refuses(Arrays.copyOfRange(address, 2, 6));
    }

    /** Whether a text is an address that could be sent to, as far as is known without asking a name server. */
    boolean accepts(String url) {
        URI uri = uri(url);
        if (uri == null) {
            return false;
        }
        String host = host(uri);
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return !refuses(new byte[] {127, 0, 0, 1});
        }
        byte[] numeric = Networks.numeric(host);
        if (numeric == null) {
            // Neither a number that only some read as an address, nor one of a link.
            return !NUMBER_AT_END.matcher(host).find() && host.indexOf(':') < 0;
        }
        return !refuses(numeric);
    }

    private static String host(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        host = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** The URL that a text writes; null for one that is not used. */
    static URI uri(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean usable = (scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() <= 0xFFFF;
            return usable ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
