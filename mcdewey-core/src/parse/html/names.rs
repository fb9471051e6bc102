//! The elements and attributes that mean something to the reader of a page.

/// Makes an enum of names, and the way from bytes to it.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum $name {
            $($variant,)*
        }

        impl $name {
            /// The one with this name in lower case.
            pub(super) fn of(name: &[u8]) -> Option<Self> {
                match std::str::from_utf8(name).ok()? {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

names! {
    /// An element that is treated differently from `span`.
    Element {
        A = "a", Address = "address", Area = "area", Article = "article", Aside = "aside",
        Audio = "audio", Base = "base", Blockquote = "blockquote", Body = "body", Br = "br",
        Button = "button", Canvas = "canvas", Caption = "caption", Center = "center",
        Code = "code", Col = "col", Colgroup = "colgroup", Datalist = "datalist", Dd = "dd",
        Details = "details", Dialog = "dialog", Dir = "dir", Div = "div", Dl = "dl", Dt = "dt",
        Embed = "embed", Fieldset = "fieldset", Figcaption = "figcaption", Figure = "figure",
        Footer = "footer", Form = "form", Frame = "frame", Frameset = "frameset", H1 = "h1",
        H2 = "h2", H3 = "h3", H4 = "h4", H5 = "h5", H6 = "h6", Head = "head", Header = "header",
        Hgroup = "hgroup", Hr = "hr", Html = "html", Iframe = "iframe", Img = "img",
        Input = "input", Legend = "legend", Li = "li", Link = "link", Listing = "listing",
        Main = "main", Math = "math", Menu = "menu", Meta = "meta", Nav = "nav",
        Noembed = "noembed", Noframes = "noframes", Noscript = "noscript", Object = "object",
        Ol = "ol", Optgroup = "optgroup", Option = "option", P = "p", Param = "param",
        Plaintext = "plaintext", Pre = "pre", Q = "q", Script = "script", Search = "search",
        Section = "section", Select = "select", Source = "source", Span = "span",
        Style = "style", Summary = "summary", Sup = "sup", Svg = "svg", Table = "table",
        Tbody = "tbody", Td = "td", Template = "template", Textarea = "textarea",
        Tfoot = "tfoot", Th = "th", Thead = "thead", Title = "title", Tr = "tr", Track = "track",
        Ul = "ul", Video = "video", Wbr = "wbr", Xmp = "xmp",
    }
}

names! {
    /// An attribute that is kept.
    Attribute {
        Alt = "alt", AltText = "alttext", AriaHidden = "aria-hidden", AriaLevel = "aria-level",
        Charset = "charset", Class = "class", Colspan = "colspan", Content = "content",
        DataLang = "data-lang", DataLanguage = "data-language", Hidden = "hidden", Href = "href",
        HttpEquiv = "http-equiv", Id = "id", Itemprop = "itemprop", Lang = "lang", Name = "name",
        Property = "property", Rel = "rel", Role = "role", Rowspan = "rowspan", Start = "start",
        Style = "style", Value = "value", XmlLang = "xml:lang",
    }
}

impl Element {
    /// Whether it has no end tag and no content.
    pub(super) fn is_void(self) -> bool {
        matches!(
            self,
            Self::Area
                | Self::Base
                | Self::Br
                | Self::Col
                | Self::Embed
                | Self::Frame
                | Self::Hr
                | Self::Img
                | Self::Input
                | Self::Link
                | Self::Meta
                | Self::Param
                | Self::Source
                | Self::Track
                | Self::Wbr
        )
    }

    /// Whether its content is text whatever it looks like.
    pub(super) fn is_raw(self) -> bool {
        matches!(
            self,
            Self::Iframe
                | Self::Noembed
                | Self::Noscript
                | Self::Plaintext
                | Self::Script
                | Self::Style
                | Self::Textarea
                | Self::Title
                | Self::Xmp
        )
    }

    /// Whether it may stand in the head of a page.
    pub(super) fn is_of_head(self) -> bool {
        matches!(
            self,
            Self::Base
                | Self::Link
                | Self::Meta
                | Self::Noscript
                | Self::Script
                | Self::Style
                | Self::Template
                | Self::Title
        )
    }

    /// The level of a heading.
    pub(super) fn heading_level(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }

    /// Whether it stands on lines of its own, and so ends an open paragraph.
    pub(super) fn is_block(self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::Article
                | Self::Aside
                | Self::Blockquote
                | Self::Body
                | Self::Caption
                | Self::Center
                | Self::Dd
                | Self::Details
                | Self::Dialog
                | Self::Dir
                | Self::Div
                | Self::Dl
                | Self::Dt
                | Self::Fieldset
                | Self::Figcaption
                | Self::Figure
                | Self::Footer
                | Self::Form
                | Self::Frameset
                | Self::Header
                | Self::Hgroup
                | Self::Hr
                | Self::Html
                | Self::Legend
                | Self::Li
                | Self::Listing
                | Self::Main
                | Self::Menu
                | Self::Nav
                | Self::Noframes
                | Self::Ol
                | Self::P
                | Self::Plaintext
                | Self::Pre
                | Self::Search
                | Self::Section
                | Self::Summary
                | Self::Table
                | Self::Tbody
                | Self::Td
                | Self::Textarea
                | Self::Tfoot
                | Self::Th
                | Self::Thead
                | Self::Tr
                | Self::Ul
                | Self::Xmp
        ) || self.heading_level().is_some()
    }

    /// Whether its text is code, as it stands.
    pub(super) fn is_preformatted(self) -> bool {
        matches!(
            self,
            Self::Listing | Self::Plaintext | Self::Pre | Self::Textarea | Self::Xmp
        )
    }

    /// Whether its content is never shown as text of the page.
    pub(super) fn is_never_shown(self) -> bool {
        matches!(
            self,
            Self::Audio
                | Self::Canvas
                | Self::Datalist
                | Self::Dialog
                | Self::Head
                | Self::Iframe
                | Self::Noembed
                | Self::Noscript
                | Self::Script
                | Self::Select
                | Self::Style
                | Self::Svg
                | Self::Template
                | Self::Title
                | Self::Video
        )
    }
}
