/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.servlet.ReadListener;
import javax.servlet.ServletException;
import javax.servlet.ServletInputStream;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;

/** Turns away addresses and bodies that are none, or no UTF-8, at which CXF fails or which it takes for something else. */
final class RestServlet extends CXFNonSpringServlet {
    private static final long serialVersionUID = 1;

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    /** What CXF, which makes a URI of a path, fails at. */
    private static final Pattern NO_ADDRESS = Pattern.compile("[\\x00-\\x20\\x7f\"<>\\\\^`{|}\\[\\]]");

    private static final Pattern MEDIA_TYPE = Pattern.compile("[^/*;\\s]+/[^/*;\\s]+\\s*(;.*)?");
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\";\\s]*)");
    private static final String HEX = "0123456789abcdefABCDEF";

    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        HttpServletRequest call = (HttpServletRequest) request;
        if (NO_ADDRESS.matcher(call.getRequestURI()).find()
                || !isUtf8(call.getRequestURI())
                || !isUtf8(call.getQueryString())) {
            refuse(call, (HttpServletResponse) response, 400, "request.address");
        } else if (!isReadable(call)) {
            refuse(call, (HttpServletResponse) response, 415, "request.media-type");
        } else {
            super.service(new Call(call), response);
        }
    }

    private static void refuse(HttpServletRequest call, HttpServletResponse response, int status, String code)
            throws IOException {
        Locale locale = CallFilter.locale(call.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
        Response problem = Problems.response(status, code, locale).build();
        response.setStatus(status);
        response.setContentType(problem.getMediaType().toString());
        response.setHeader(CallFilter.REQUEST_ID, CallFilter.requestId(call.getHeader(CallFilter.REQUEST_ID)));
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getOutputStream().write((byte[]) problem.getEntity());
    }

    /** Whether the escapes of a part of an address are those of UTF-8. */
    private static boolean isUtf8(String part) {
        if (part == null || part.indexOf('%') < 0) {
            return true;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(part.length());
        for (int i = 0; i < part.length(); i++) {
            char unit = part.charAt(i);
            if (unit != '%') {
                bytes.write(unit < 0x80 ? unit : '?');
            } else if (i + 2 < part.length()
                    && HEX.indexOf(part.charAt(i + 1)) >= 0
                    && HEX.indexOf(part.charAt(i + 2)) >= 0) {
                bytes.write(Integer.parseInt(part.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isReadable(HttpServletRequest call) {
        String type = call.getContentType();
        if (type == null) {
            boolean empty = call.getContentLengthLong() <= 0 && call.getHeader("Transfer-Encoding") == null;
            return empty || !WITH_BODY.contains(call.getMethod());
        }
        Matcher charset = CHARSET.matcher(type);
        return MEDIA_TYPE.matcher(type).matches()
                && (!charset.find() || charset.group(1).equalsIgnoreCase("utf-8"));
    }

    /**
     * The call as CXF can read it: without a body as with an empty one, with one that ends where it breaks off, and with an
     * address that is all path: CXF drops what follows a semicolon, and ids of other systems may hold one.
     */
    private static final class Call extends HttpServletRequestWrapper {
        private ServletInputStream body;

        Call(HttpServletRequest call) {
            super(call);
        }

        @Override
        public String getRequestURI() {
            return super.getRequestURI().replace(";", "%3B");
        }

        @Override
        public String getContentType() {
            String type = super.getContentType();
            return type == null && WITH_BODY.contains(getMethod()) ? MediaType.APPLICATION_JSON : type;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (body == null) {
                body = new Body(super.getInputStream());
            }
            return body;
        }
    }

    /** A body. CXF looks for the rest of it before it answers, and fails when it broke off. */
    private static final class Body extends ServletInputStream {
        private final ServletInputStream in;
        private boolean broken;

        Body(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException e) {
                broken = true;
                throw e;
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return in.read(buffer, offset, length);
            } catch (IOException e) {
                broken = true;
                throw e;
            }
        }

        @Override
        public int available() throws IOException {
            return broken ? 0 : in.available();
        }

        @Override
        public boolean isFinished() {
            return broken || in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
