export const Loading = () => <p className="booting">Charts and flows is loading …</p>;
