/// Colours and letters of the plots, light and dark. Plain classes: not every viewer knows CSS variables.
enum PlotStyle {
    static let width = 960.0
    static let margin = 28.0
    static let small = 12.0
    static let titleSize = 20.0
    static let subtitleSize = 13.0

    static let sheet = """
        <style>
        text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;font-size:12px;fill:#475467}
        .ground{fill:#ffffff}
        .headline{font-size:20px;font-weight:600;fill:#101828}
        .subtitle{font-size:13px;fill:#667085}
        .figure{fill:#101828}
        .faint{fill:#667085}
        .small{font-size:11px}
        .halo{paint-order:stroke;stroke:#ffffff;stroke-width:3px;stroke-linejoin:round}
        .grid{stroke:#eaecf0;stroke-width:1}
        .axis{stroke:#98a2b3;stroke-width:1}
        .answered{fill:#2563eb}
        .other{fill:#b5ccfa}
        .before{stroke:#d97706;stroke-width:1.6;fill:none;stroke-linejoin:round;stroke-linecap:round}
        .gap{fill:url(#trunkline-gap)}
        .stripe{stroke:#98a2b3;stroke-width:1.5}
        @media (prefers-color-scheme:dark){
        text{fill:#c3c9d5}
        .ground{fill:#14171d}
        .headline,.figure{fill:#f2f4f7}
        .subtitle,.faint{fill:#98a2b3}
        .grid{stroke:#262b35}
        .axis{stroke:#5d6675}
        .answered{fill:#5a8ff5}
        .other{fill:#2c4475}
        .before{stroke:#f5a524}
        .stripe{stroke:#667085}
        .halo{stroke:#14171d}
        }
        </style>
        <defs><pattern id="trunkline-gap" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripe" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>
        """
}
